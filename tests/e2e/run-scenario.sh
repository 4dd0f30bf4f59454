#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# One end-to-end scenario: boot a machine in QEMU, wedge CPUs, panic, save the
# vmcore, read it with our tools and with crash, and check every field.
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/../../scripts/lib/common.sh"

USAGE="usage: run-scenario.sh [-h] [-k DIR] [-c] [-n] NAME|FILE

Runs tests/e2e/scenarios/NAME.scenario and leaves build/e2e/NAME/ with
console.log, vmcore (further formats: vmcore.FORMAT), vmlinux, sdeistop.json,
crash.txt and result.json. The last line is 'N passed, N failed, N skipped'.

  -k DIR   the kernel in DIR (Image, vmlinux) instead of the one built here
  -c       check again what the last run left, without running
  -n       run, without checking"

kernel_dir=
run=1
check=1
while getopts hk:cn opt; do
	case $opt in
	h) usage_exit "$USAGE" ;;
	k) kernel_dir=$OPTARG ;;
	c) run= ;;
	n) check= ;;
	*) usage_exit "$USAGE" 2 ;;
	esac
done
shift $((OPTIND - 1))
[[ $# -eq 1 ]] || usage_exit "$USAGE" 2

e2e=$SDEISTOP_ROOT/tests/e2e
scripts=$SDEISTOP_ROOT/scripts
if [[ $1 == */* || $1 == *.scenario ]]; then
	file=$1
else
	file=$e2e/scenarios/$1.scenario
fi
[[ -e $file ]] || die "no scenario '$1'; there are: $(cd "$e2e/scenarios" && printf '%s ' *.scenario | sed 's/\.scenario//g')"
name=$(basename "$file" .scenario)
out=$SDEISTOP_BUILD/e2e/$name
share=$out/share

settings=$("$e2e/scenario.py" "$file")
declare -A scenario
while IFS='=' read -r key value; do
	scenario[$key]=$value
done <<<"$settings"

say "$name: ${scenario[description]}"
base=()
[[ -z ${scenario[base]} ]] || base=(-b "${scenario[base]}")

# machine MACHINE-OPTIONS OPTION...: QEMU with the hardware of this scenario, for
# so long as it may take. virtualization=on
# with a VHE CPU: at EL1 QEMU loses interrupts of CPUs that died in a handler.
machine()
{
	local options=virt,secure=on,gic-version=3,virtualization=on extra=$1

	shift
	timeout --foreground --kill-after=5 "${scenario[timeout]}" \
		qemu-system-aarch64 -machine "$options$extra" -cpu max -smp "${scenario[cpus]}" -m "${scenario[memory]}" \
		-nic none -display none -monitor none -no-reboot -bios "$firmware" "$@"
}

# device_tree: QEMU's own, for these very options, with what it leaves out
device_tree()
{
	local dtb=$out/machine.dtb initrd_size

	machine ",dumpdtb=$dtb" -serial none >"$out/dtb.log" 2>&1 || die "QEMU gives no device tree; see $out/dtb.log"
	if [[ ${scenario[firmware]} == sdei ]]; then
		fdtput -p -t s "$dtb" /firmware/sdei compatible arm,sdei-1.0
		fdtput -t s "$dtb" /firmware/sdei method smc
	fi
	initrd_size=$(stat -c %s "$initramfs")
	fdtput -t s "$dtb" /chosen bootargs \
		"console=ttyAMA0 crashkernel=128M@0x48000000 panic=1 printk.devkmsg=on ${scenario[cmdline]}"
	fdtput -t x "$dtb" /chosen linux,initrd-start 0x70000000
	fdtput -t x "$dtb" /chosen linux,initrd-end "$(printf '0x%x' $((0x70000000 + initrd_size)))"
}

# what_failed: the guest's own word on it, or what the end of its log shows
what_failed()
{
	local fact

	fact=$(grep -aoP 'FACT failed=\K.*' "$out/console.log" | head -n 1 | tr -d '\r' || true)
	if [[ $fact ]]; then
		say "the guest gave up: $fact"
	else
		tail -n 15 "$out/console.log" >&2
	fi
	say "console: $out/console.log"
	say "firmware's: $out/secure.log"
}

run_guest()
{
	local key status=0 start=$SECONDS format formats first

	rm -rf "$out"
	mkdir -p "$share"
	cp "$kernel_dir/Image" "$share/Image"
	cp "$initramfs" "$share/initramfs"
	# Beside the vmcore it is needed for: the cache drops kernels when the
	# series changes. A link where that is possible.
	cp -l "$kernel_dir/vmlinux" "$out/vmlinux" 2>/dev/null || cp "$kernel_dir/vmlinux" "$out/vmlinux"
	for key in save level load wedge unplug panic_cpu settle; do
		printf '%s=%s\n' "$key" "${scenario[$key]}"
	done >"$share/guest.conf"
	{
		printf 'capture_cmdline=console=ttyAMA0 reset_devices panic=1 printk.devkmsg=on %s\n' "${scenario[capture_cmdline]}"
		printf 'now=%s\n' "$(date +%s)"
	} >>"$share/guest.conf"
	device_tree
	date +%s >"$out/started"
	machine "" -dtb "$out/machine.dtb" \
		-device "loader,file=$kernel_dir/Image,addr=0x60000000,force-raw=on" \
		-device "loader,file=$initramfs,addr=0x70000000,force-raw=on" \
		-fsdev "local,id=share,path=$share,security_model=none" \
		-device virtio-9p-device,fsdev=share,mount_tag=share \
		-serial "file:$out/console.log" -serial "file:$out/secure.log" \
		</dev/null >"$out/qemu.log" 2>&1 || status=$?
	date +%s >"$out/ended"
	say "$name: the machine ran for $((SECONDS - start)) s"
	rm -f "$share/Image" "$share/initramfs"
	find "$share" -type f -exec mv -t "$out" {} +
	rm -rf "$share"
	IFS=, read -ra formats <<<"${scenario[save]}"
	first=${formats[0]}
	for format in "${formats[@]}"; do
		[[ ! -e $out/vmcore.$format || $format != "$first" ]] || mv "$out/vmcore.$format" "$out/vmcore"
	done
	if (( status == 124 || status == 137 )); then
		say "FAILED: $name was not done after ${scenario[timeout]} s"
		what_failed
		return 1
	elif (( status )); then
		cat "$out/qemu.log" >&2
		say "FAILED: $name: QEMU ended with status $status"
		what_failed
		return 1
	elif ! grep -aq 'FACT capture.done=1' "$out/console.log"; then
		say "FAILED: $name saved no vmcore"
		what_failed
		return 1
	fi
}

if [[ $run ]]; then
	[[ $kernel_dir ]] || kernel_dir=$("$scripts/build-kernel.sh" "${base[@]}" "${scenario[kernel]}")
	firmware=$("$scripts/build-firmware.sh" "${scenario[firmware]}")
	initramfs=$("$scripts/build-initramfs.sh" -s "${scenario[guest]}")
	if ! run_guest; then
		printf '{"scenario": "%s", "passed": 0, "failed": 1, "skipped": 0, "groups": [{"group": "run", "status": "FAIL"}]}\n' \
			"$name" >"$out/result.json"
		printf 'FAIL %s: run\n0 passed, 1 failed, 0 skipped\n' "$name"
		exit 1
	fi
elif [[ ! -e $out/console.log ]]; then
	die "nothing to check in $out; run without -c"
fi
[[ $check ]] || exit 0

crash_dir=$("$scripts/build-crash.sh")
exec "$e2e/check.py" --sdeistop "$SDEISTOP_BUILD/bin/sdeistop" --crash "$crash_dir/crash" \
	--extension "$SDEISTOP_BUILD/crash-ext/sdeistop.so" --vmlinux "$out/vmlinux" \
	"$file" "$out"
