# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2016,SC2154 # scripts in quotes; init assigns what the host wants
#
# Sourced by init in the capture kernel: saves through Debian's own kdump-tools, with our
# hooks, once for each case of kdump_cases. What of it runs is its init script, as its
# unit starts it; only reboot, which that ends with, is a script that says so. For each
# case there is a target of its own at /var/crash, its log, and what it left, as
# kdump-CASE-NAME, names without their time stamp.

root=/debian
target=$root/var/crash

# The hooks and the tool as they would be installed, over the stock packages
mount_root()
{
	mkdir -p $root
	mount -t 9p -o ro,trans=virtio,version=9p2000.L,msize=262144,cache=loose debian $root ||
		give_up "no root file system for kdump-tools"
	mount -t proc proc $root/proc
	mount --bind /dev $root/dev
	for dir in tmp run root mnt etc/default; do
		mount -t tmpfs tmpfs $root/$dir
	done
	mount --bind /share/capture/hooks $root/usr/libexec/sdeistop
	mount --bind /bin/sdeistop $root/usr/bin/sdeistop
	stand_in sbin/reboot 'echo "FACT kdump.reboot.$KDUMP_CASE=$*" >/dev/kmsg'
	fact "kdump_tools=$(cat $root/packages)"
}

# stand_in PROGRAM LINE: a program that the root does not have, as a script of one line
stand_in()
{
	file=$root/tmp/${1##*/}
	printf '#!/bin/sh\n%s\n' "$2" >"$file"
	chmod 755 "$file"
	mount --bind "$file" "$root/usr/$1"
}

# configure LINE...: the configuration as the package installs it, our line, and more
configure()
{
	cp $root/usr/share/kdump-tools/kdump-tools.conf $root/etc/default/kdump-tools
	printf '%s\n' "$@" >>$root/etc/default/kdump-tools
	cat /share/capture/hooks/kdump-tools/defaults >>$root/etc/default/kdump-tools
}

# over PLACE OPTION...: mount something there, until the case is over
over()
{
	place=$1
	shift
	mount "$@" "$root$place" || give_up "nothing can be mounted at $place"
	mounted="$root$place $mounted"
}

# on_share CASE PLACE: a directory of the host's, there
on_share()
{
	mkdir -p "/share/kdump/$1"
	over "$2" --bind "/share/kdump/$1"
	# there it is renamed, between mounts it would be copied
	left=/share/kdump/$1
}

# spoil FILE HEX NUMBER OFFSET: bytes of that file, OFFSET from where the name of the
# record with that number is, become something else
spoil()
{
	name=$(head -c 65536 "$1" | strings -t d | awk '/CPUSTOP$/ { print $1 + index($2, "CPUSTOP") - 1 }' | sed -n "$3p")
	# shellcheck disable=SC2059 # escapes
	printf "$2" | dd of="$1" bs=1 seek=$((name + $4)) conv=notrunc 2>/dev/null
}

# spoiled_vmcore HEX NUMBER OFFSET: from now on /proc/vmcore is /tmp/spoiled, spoiled so.
# The kernel looks at notes when it starts, so that it takes a file in that place.
spoiled_vmcore()
{
	spoil /tmp/spoiled "$@"
	over /proc/vmcore --bind /tmp/spoiled
}

# kill_half_way: the real one, when some of the dump is written
kill_half_way()
{
	tries=0
	until [ "$(stat -c %s "$target"/*/dump-incomplete 2>/dev/null || echo 0)" -ge 2000000 ]; do
		tries=$((tries + 1))
		[ $tries -lt 600 ] || return
		sleep 0.1
	done
	killall -9 makedumpfile
	fact "kdump.killed=1"
}

fast='MAKEDUMP_ARGS="-F -l -d 31"'

# prepare_case CASE: its configuration and its target
prepare_case()
{
	configure
	case $1 in
	normal)
		configure "$fast"
		on_share "$1" /var/crash ;;
	as-installed) on_share "$1" /var/crash ;;
	# without the messages there is only one call of makedumpfile
	no-dmesg)
		configure "$fast" KDUMP_DUMP_DMESG=0
		on_share "$1" /var/crash ;;
	full)
		configure "$fast"
		over /var/crash -t tmpfs -o size=8m tmpfs ;;
	# too small even for the triage dump
	tiny)
		configure "$fast"
		over /var/crash -t tmpfs -o size=512k tmpfs ;;
	read-only)
		configure "$fast"
		over /var/crash -t tmpfs -o ro tmpfs ;;
	fallback)
		configure "$fast" SDEISTOP_FALLBACK=/mnt/files
		over /var/crash -t tmpfs -o ro tmpfs
		on_share "$1" /mnt
		mkdir $root/mnt/files ;;
	# the CRC of a record is wrong; the file wants crashkernel=256M
	bad-record)
		configure "$fast"
		makedumpfile -E -d "$level" /proc/vmcore /tmp/spoiled >/tmp/save.log 2>&1 ||
			give_up "no ELF file to spoil: $(tail -n 1 /tmp/save.log)"
		spoiled_vmcore '\125\252\125\252' 3 68
		on_share "$1" /var/crash ;;
	# the size of a note is wrong, and with it where the next begins: makedumpfile does
	# not get as far as the memory
	bad-notes)
		configure "$fast"
		head -c 1048576 /proc/vmcore >/tmp/spoiled
		truncate -s "$(stat -c %s /proc/vmcore)" /tmp/spoiled
		spoiled_vmcore '\377\377\377\377' 3 -8
		on_share "$1" /var/crash ;;
	killed)
		configure "$fast"
		on_share "$1" /var/crash
		kill_half_way & ;;
	no-tool)
		configure "$fast"
		over /usr/bin/sdeistop --bind /dev/null
		on_share "$1" /var/crash ;;
	ssh)
		configure "$fast" SSH=somebody@somewhere HOSTTAG=hostname KDUMP_COREDIR=/mnt
		# kdump-config gives both -i KEY
		stand_in bin/ssh 'shift 3; exec sh -c "$*"'
		stand_in bin/scp 'while [ "${1#-}" != "$1" ]; do case $1 in -p) shift ;; *) shift 2 ;; esac; done
			for to; do :; done
			while [ $# -gt 1 ]; do cp -p "$1" "${to#*:}" || exit; shift; done'
		on_share "$1" /mnt ;;
	*) give_up "no case $1" ;;
	esac
}

# leave_case CASE: what it has left, to the host, and nothing of it here
leave_case()
{
	for file in "$left"/*/*; do
		[ -f "$file" ] || continue
		name=$(echo "${file##*/}" | sed 's/\.[0-9]\{12\}$//')
		fact "saved.$1.$name=$(stat -c '%a %s' "$file")"
		mv "$file" "/share/kdump-$1-$name"
	done
	cp "/tmp/kdump-$1.log" "/share/kdump-$1.log"
	for place in $mounted; do
		umount "$place"
	done
	rm -f /tmp/spoiled
}

run_case()
{
	mounted='' left=$target
	prepare_case "$1"
	start=$(cut -d' ' -f1 /proc/uptime)
	KDUMP_CASE=$1 timeout 120 chroot $root /etc/init.d/kdump-tools start >"/tmp/kdump-$1.log" 2>&1 </dev/null
	fact "kdump.$1=$?"
	fact "kdump_seconds.$1=$start-$(cut -d' ' -f1 /proc/uptime)"
	leave_case "$1"
}

# save_with_kdump_tools: the dump of the first case is what the host reads as the vmcore
save_with_kdump_tools()
{
	mount_root
	for case in $(words "$kdump_cases"); do
		run_case "$case"
	done
	ln "/share/kdump-${kdump_cases%%,*}-dump" "/share/vmcore.$save" && fact "save.$save=0"
	rm -rf /share/kdump
}
