#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# One end-to-end scenario: boot a machine in QEMU, wedge CPUs, panic, save the
# vmcore, read it with our tools and with crash, and check every field.
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/../../scripts/lib/common.sh"

USAGE="usage: run-scenario.sh [-h] [-k DIR] [-o KEY=VALUE]... [-O DIR] [-c] [-n] NAME|FILE

Runs tests/e2e/scenarios/NAME.scenario (or one of tests/e2e/matrix) and leaves
build/e2e/NAME/ with console.log, vmcore (further formats: vmcore.FORMAT),
vmlinux, sdeistop.json, crash.txt and result.json. The last line is 'N passed,
N failed, N skipped'.

  -k DIR         the kernel in DIR (Image, vmlinux, and cpustop_test.ko for
                 scenarios that want it) instead of the one built here
  -o KEY=VALUE   in the place of what the scenario says, as in -o config=kasan;
                 the directory is then build/e2e/NAME+KEY=VALUE...
  -O DIR         leave the results in DIR
  -c             check again what the last run left, without running
  -n             run, without checking"

kernel_dir=
run=1
check=1
out=
overrides=()
while getopts hk:o:O:cn opt; do
	case $opt in
	h) usage_exit "$USAGE" ;;
	k) kernel_dir=$OPTARG ;;
	o) overrides+=("$OPTARG") ;;
	O) out=$(realpath -m "$OPTARG") ;;
	c) run= ;;
	n) check= ;;
	*) usage_exit "$USAGE" 2 ;;
	esac
done
shift $((OPTIND - 1))
[[ $# -eq 1 ]] || usage_exit "$USAGE" 2

e2e=$SDEISTOP_ROOT/tests/e2e
scripts=$SDEISTOP_ROOT/scripts
file=$1
if [[ $1 != */* && $1 != *.scenario ]]; then
	for file in "$e2e"/{scenarios,matrix}/"$1.scenario"; do
		[[ ! -e $file ]] || break
	done
fi
[[ -e $file ]] || die "no scenario '$1'; run-all.sh -l lists them"
name=$(basename "$file" .scenario)
# Its own directory for each set of overrides; QEMU's options want no comma in it
for override in "${overrides[@]}"; do
	name+=+${override//[^[:alnum:]=._-]/_}
done
[[ $out ]] || out=$SDEISTOP_BUILD/e2e/$name
share=$out/share

settings=$("$e2e/scenario.py" "${overrides[@]/#/-o}" "$file")
declare -A scenario
while IFS='=' read -r key value; do
	scenario[$key]=$value
done <<<"$settings"

[[ ! $run ]] || say "$name: ${scenario[description]}"
variant=()
[[ -z ${scenario[base]} ]] || variant+=(-b "${scenario[base]}")
[[ -z ${scenario[config]} ]] || variant+=(-c "${scenario[config]}")

# set_machine MACHINE-OPTIONS: what runs QEMU with the hardware of this scenario, for
# so long as it may take. virtualization=on
# with a VHE CPU: at EL1 QEMU loses interrupts of CPUs that died in a handler.
# A variable and no function, which in the background would be a shell between us
# and the machine that is to be ended.
set_machine()
{
	machine=(timeout --foreground --kill-after=5 "${scenario[timeout]}"
		qemu-system-aarch64 -machine "virt,secure=on,gic-version=3,virtualization=on$1"
		-cpu max -smp "${scenario[cpus]}" -m "${scenario[memory]}"
		-nic none -display none -monitor none -no-reboot -bios "$firmware")
}

# device_tree: QEMU's own, for these very options, with what it leaves out
device_tree()
{
	local dtb=$out/machine.dtb initrd_size

	set_machine ",dumpdtb=$dtb"
	"${machine[@]}" -serial none >"$out/dtb.log" 2>&1 || die "QEMU gives no device tree; see $out/dtb.log"
	if [[ ${scenario[firmware]} == sdei* ]]; then
		fdtput -p -t s "$dtb" /firmware/sdei compatible arm,sdei-1.0
		fdtput -t s "$dtb" /firmware/sdei method smc
	fi
	initrd_size=$(stat -c %s "$initramfs")
	fdtput -t s "$dtb" /chosen bootargs \
		"console=ttyAMA0 crashkernel=${scenario[crashkernel]}@0x48000000 panic=1 printk.devkmsg=on ${scenario[cmdline]}"
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

# share_with_guest: all that it reads is a file there
share_with_guest()
{
	local key

	mkdir -p "$share"
	cp "$kernel_dir/Image" "$share/Image"
	cp "$initramfs" "$share/initramfs"
	[[ ! ${scenario[uses_module]} ]] || cp "$kernel_dir/cpustop_test.ko" "$share/"
	[[ ${scenario[live]} == no ]] || share_crash
	[[ ! ${scenario[kdump_tools]} ]] || share_hooks
	for key in save level threads capture_wedge save_ways fill kdump_tools kdump_cases load wedge wedge_how user unplug replug stuck panic_cpu panic_with settle module sysrq pause end symbols; do
		printf '%s=%s\n' "$key" "${scenario[$key]}"
	done >"$share/guest.conf"
	{
		printf 'capture_cmdline=console=ttyAMA0 reset_devices panic=1 printk.devkmsg=on %s\n' \
			"${scenario[capture_cmdline]} ${scenario[guards_parameter]}"
		printf 'now=%s\n' "$(date +%s)"
	} >>"$share/guest.conf"
}

# share_hooks: those for capture environments, as they would be installed, and what runs
# Debian's kdump-tools with them
share_hooks()
{
	mkdir -p "$share/capture"
	cp -r "$scripts/capture" "$share/capture/hooks"
	cp "$e2e/guest/kdump-tools.sh" "$share/capture/"
}

# share_crash: the crash of Debian trixie with the extension, for the guest to run,
# and what it is to be told. Without them live.skipped says why for check.py.
share_crash()
{
	local dir live=$share/live line extension=$SDEISTOP_BUILD/arm64/crash-ext/sdeistop.so

	dir=$("$scripts/build-arm64-crash.sh") || [[ $? -eq 3 ]] || die "no crash for the guest, see above"
	if [[ ! $dir ]]; then
		echo 'the crash of Debian trixie is not to be had' >"$out/live.skipped"
		return
	elif [[ ! -e $extension ]]; then
		echo 'the source of the crash of Debian trixie is not to be had, to build the extension against' \
			>"$out/live.skipped"
		return
	fi
	mkdir -p "$live/lib"
	cp "$dir/sysroot/usr/bin/crash" "$extension" "$live/"
	cp -L "$dir"/sysroot/usr/lib/aarch64-linux-gnu/*.so.* "$live/lib/"
	cp -l "$kernel_dir/vmlinux" "$live/" 2>/dev/null || cp "$kernel_dir/vmlinux" "$live/"
	{
		echo 'extend /share/live/sdeistop.so'
		for line in sdeistop 'sdeistop -v' 'sdeistop -r' 'sdeistop -b' 'sdeistop -j' 'sdeistop -c 0' sys; do
			printf '!echo "crash> %s"\n%s\n' "$line" "$line"
		done
		echo quit
	} >"$live/commands"
}

# collect: what the guest left, beside the rest
collect()
{
	local format formats first

	rm -rf "$share/Image" "$share/initramfs" "$share/cpustop_test.ko" "$share"/{live,capture}
	find "$share" -type f -exec mv -t "$out" {} +
	rm -rf "$share"
	IFS=, read -ra formats <<<"${scenario[save]}"
	first=${formats[0]}
	for format in "${formats[@]}"; do
		[[ ! -e $out/vmcore.$format || $format != "$first" ]] || mv "$out/vmcore.$format" "$out/vmcore"
	done
}

# watch PID: wait for the machine. One that does not end by itself is ended,
# some time after the line on its console that tells so.
watch()
{
	local pid=$1 seen='' status=0

	while [[ ${scenario[stop_line]} ]] && kill -0 "$pid" 2>/dev/null; do
		sleep 0.5
		if [[ ! $seen ]] && grep -aqE "${scenario[stop_line]}" "$out/console.log" 2>/dev/null; then
			seen=$SECONDS
		elif [[ $seen ]] && (( SECONDS - seen >= scenario[stop_after] )); then
			say "$name: ended ${scenario[stop_after]} s after '${scenario[stop_line]}'"
			: >"$out/ended-by-us"
			kill "$pid" 2>/dev/null || true
			wait "$pid" || true
			return
		fi
	done
	wait "$pid" || status=$?
	return "$status"
}

boot()
{
	local pid status=0

	set_machine ''
	"${machine[@]}" -dtb "$out/machine.dtb" \
		-device "loader,file=$kernel_dir/Image,addr=0x60000000,force-raw=on" \
		-device "loader,file=$initramfs,addr=0x70000000,force-raw=on" \
		-fsdev "local,id=share,path=$share,security_model=none" \
		-device virtio-9p-device,fsdev=share,mount_tag=share "${capture_root[@]}" \
		-serial "file:$out/console.log" -serial "file:$out/secure.log" \
		</dev/null >"$out/qemu.log" 2>&1 &
	pid=$!
	# shellcheck disable=SC2064 # expanded now on purpose: pid is local
	trap "kill $pid 2>/dev/null; exit 130" INT TERM
	watch "$pid" || status=$?
	trap - INT TERM
	return "$status"
}

run_guest()
{
	local status=0 start=$SECONDS

	# Not a directory of somebody's that -O names by mistake
	[[ ! -e $out || -e $out/guest.conf || -e $share ]] || die "$out is there and is no earlier result"
	rm -rf "$out"
	share_with_guest
	# Beside the vmcore it is needed for: the cache drops kernels when the
	# series changes. A link where that is possible.
	cp -l "$kernel_dir/vmlinux" "$out/vmlinux" 2>/dev/null || cp "$kernel_dir/vmlinux" "$out/vmlinux"
	device_tree
	date +%s >"$out/started"
	boot || status=$?
	date +%s >"$out/ended"
	say "$name: the machine ran for $((SECONDS - start)) s"
	collect
	if (( status == 124 || status == 137 )); then
		say "FAILED: $name was not done after ${scenario[timeout]} s"
		what_failed
		return 1
	elif (( status )); then
		cat "$out/qemu.log" >&2
		say "FAILED: $name: QEMU ended with status $status"
		what_failed
		return 1
	elif [[ ${scenario[vmcore]} ]] && ! grep -aq 'FACT capture.done=1' "$out/console.log"; then
		say "FAILED: $name saved no vmcore"
		what_failed
		return 1
	fi
}

if [[ $run ]]; then
	[[ $kernel_dir ]] || kernel_dir=$("$scripts/build-kernel.sh" "${variant[@]}" "${scenario[kernel]}")
	firmware=$("$scripts/build-firmware.sh" "${scenario[firmware]}")
	initramfs=$("$scripts/build-initramfs.sh" -s "${scenario[guest]}")
	capture_root=()
	if [[ ${scenario[kdump_tools]} ]]; then
		root=$("$scripts/build-capture-root.sh" "${scenario[kdump_tools]}")
		# The cache's own: nobody writes to it
		capture_root=(-fsdev "local,id=debian,path=$root,security_model=none,readonly=on"
			-device "virtio-9p-device,fsdev=debian,mount_tag=debian")
	fi
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
	--name "$name" "${overrides[@]/#/--override=}" \
	"$file" "$out"
