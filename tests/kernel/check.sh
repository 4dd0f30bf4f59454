#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What can be said about the kernel series without running it, for every base.
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/../../scripts/lib/common.sh"
# shellcheck source=scripts/lib/kernel.sh
. "$SDEISTOP_ROOT/scripts/lib/kernel.sh"

USAGE="usage: check.sh [-h] [-f] [-b BASE]

For every base of kernel/bases (-b: for that one): does the series apply and come
out of kernel-patches.sh as it is, is it clean to checkpatch and kernel-doc, does
every step of it compile without a new warning of gcc (W=1) and sparse, and are
the functions that it changes those of changed-functions? Prints TAP, leaves what
compilers said in build/kernel/. Objects are kept in SDEISTOP_CACHE, and so is the
result for a base that passed: it stands, and says since when, until something
changes that it depends on.

  -f   run it all the same"

here=$SDEISTOP_ROOT/tests/kernel
out=$SDEISTOP_BUILD/kernel
mapfile -t bases < <(kernel_bases)
fresh=
while getopts hfb: opt; do
	case $opt in
	h) usage_exit "$USAGE" ;;
	f) fresh=1 ;;
	b) bases=("$OPTARG") ;;
	*) usage_exit "$USAGE" 2 ;;
	esac
done
shift $((OPTIND - 1))
[[ $# -eq 0 ]] || usage_exit "$USAGE" 2

number=0 failed=0 good=1

# check NAME COMMAND...: a test; sets good. In the background, because there alone
# set -e holds inside COMMAND while its status can be looked at. For the same
# reason never behind "if", "||" or "&&".
check()
{
	local name=$1 status=0 log=$out/check.log

	shift
	number=$((number + 1))
	"$@" >"$log" 2>&1 </dev/null &
	wait $! || status=$?
	if (( status == 0 )); then
		printf 'ok %d - %s: %s\n' "$number" "$base" "$name"
		printf '%s\n' "$name" >>"$out/passed"
	else
		printf 'not ok %d - %s: %s\n' "$number" "$base" "$name"
		head -n 60 "$log" | sed 's/^/# /'
		failed=1
	fi
	good=$((status == 0))
}

skip()
{
	number=$((number + 1))
	printf 'ok %d - %s: %s # SKIP %s\n' "$number" "$base" "$1" "$2"
	: >"$out/incomplete"
}

# --- results of earlier runs

# result_key: over all that the result for this base depends on
result_key()
{
	local files

	mapfile -t files < <(find "$KERNEL_DIR"/{bases,config,patches,series} "$here" \
		"$SDEISTOP_ROOT"/scripts/{lib,kernel-*.sh} -type f | LC_ALL=C sort)
	key_of "${files[@]}" "${files[@]#"$SDEISTOP_ROOT"}" "$(kernel_base_version "$base")" "$sparse" \
		"$(gcc --version)" "$("${SDEISTOP_CROSS}gcc" --version)" "$("${SDEISTOP_CROSS}ld" --version)"
}

# keep_result KEY FAILED-BEFORE: if no test of this base failed or was skipped, and
# nothing was changed meanwhile
keep_result()
{
	rm -rf "$kept"
	(( failed == $2 )) && [[ ! -e $out/incomplete && $(result_key) == "$1" ]] || return 0
	mkdir -p "$kept"
	cp "$out/passed" "$used" "$kept/"
	printf '%s\n' "$1" >"$kept/key"
	date -u '+%Y-%m-%d %H:%M UTC' >"$kept/date"
	cache_done "$kept"
}

# repeat_result KEY: print it if there is one
repeat_result()
{
	local name

	[[ ! $fresh ]] && cache_ready "$kept" && [[ $(<"$kept/key") == "$1" ]] || return 1
	while read -r name; do
		number=$((number + 1))
		printf 'ok %d - %s: %s # unchanged since %s\n' "$number" "$base" "$name" "$(<"$kept/date")"
	done <"$kept/passed"
	cat "$kept/used" >>"$all_used"
}

# none FILE: fail with what is in FILE, if anything is
none()
{
	[[ ! -s $1 ]] || { cat "$1"; return 1; }
}

# get_tree: a tree of our own, so that kernels can be built meanwhile
get_tree()
{
	local version

	version=$(kernel_base_version "$base")
	if [[ -e $dir/version && $(<"$dir/version") == "$version" ]]; then
		return
	fi
	cache_lock "kernel-$base"
	kernel_cached_tree "$base" >"$out/cached-tree"
	rm -rf "$dir"
	mkdir -p "$dir"
	run_step "check out $base" "$out/tree.log" "the same command again" clone_tree "$(<"$out/cached-tree")"
	printf '%s\n' "$version" >"$dir/version"
}

clone_tree()
{
	kgit clone -q --shared --no-checkout "$1" "$tree"
	kgit -C "$tree" config sdeistop.base "$base"
	kgit -C "$tree" checkout -q --detach "$KERNEL_BASE_TAG"
}

apply()
{
	local patches

	kgit -C "$tree" am --abort 2>/dev/null || true
	kgit -C "$tree" checkout -q -f --detach "$KERNEL_BASE_TAG"
	mapfile -t patches < <(kernel_series "$base")
	kernel_apply "$tree" "${patches[@]}"
}

# regenerates: through copies of our scripts, which write beside themselves
regenerates()
{
	rm -rf "$out/copy"
	mkdir "$out/copy"
	cp -r "$SDEISTOP_ROOT/scripts" "$KERNEL_DIR" "$out/copy/"
	"$out/copy/scripts/kernel-patches.sh" "$tree"
	diff -r "$KERNEL_DIR" "$out/copy/kernel"
}

# same_messages: a twin differs in its code, and says what the series says
same_messages()
{
	local patch status=0

	while read -r patch; do
		diff -u --label "${patch##*/}" --label "${patch#"$KERNEL_DIR/"}" \
			<(sed '/^---$/,$d' "$KERNEL_DIR/patches/${patch##*/}") <(sed '/^---$/,$d' "$patch") || status=1
	done < <(kernel_series "$base")
	return "$status"
}

# commits: number, hash and subject of each
commits()
{
	kgit -C "$tree" log --reverse --format='%H %s' "$KERNEL_BASE_TAG..$tip" | awk '{ print NR, $0 }'
}

touched()
{
	kgit -C "$tree" diff --name-only --diff-filter=AM "$KERNEL_BASE_TAG" "$tip" -- "$@"
}

# --- checkpatch, kernel-doc

checkpatch()
{
	# Its check of licences needs packages of Debian's own python3
	(cd "$tree" && PATH=/usr/bin:$PATH perl scripts/checkpatch.pl --strict --show-types --no-summary --color=never "$1") \
		>"$out/checkpatch.log" || true
	awk -f "$here/checkpatch.awk" "$here/checkpatch-exceptions" "$out/checkpatch.log" >"$out/checkpatch.said"
	sed -n 's/^used //p' "$out/checkpatch.said" >>"$used"
	grep -v '^used ' "$out/checkpatch.said" >"$out/checkpatch.left" || true
	none "$out/checkpatch.left"
}

# exceptions_needed: an exception that nothing was excepted by goes
exceptions_needed()
{
	grep -v '^#' "$here/checkpatch-exceptions" | cut -f 1,2 | LC_ALL=C sort -u >"$all_used.all"
	LC_ALL=C sort -u "$all_used" | comm -13 - "$all_used.all" >"$all_used.not"
	none "$all_used.not"
}

# maintained: somebody looks after every new file
maintained()
{
	local file

	while read -r file; do
		(cd "$tree" && perl scripts/get_maintainer.pl --no-git --no-git-fallback --rolestats -f "$file") |
			grep '(\(maintainer\|supporter\):' >/dev/null || printf '%s\n' "$file"
	done < <(kgit -C "$tree" diff --name-only --diff-filter=A "$KERNEL_BASE_TAG" "$tip") >"$out/unmaintained"
	none "$out/unmaintained"
}

# plain: what is said, without where the tree is and without line numbers
plain()
{
	sed -E "s|$tree/||g; s/\.([chS]):[0-9][0-9:]*/.\1/g" | LC_ALL=C sort
}

# documentation COMMIT: what kernel-doc says there of the files of the series
documentation()
{
	local files

	kgit -C "$tree" checkout -q -f --detach "$1"
	mapfile -t files < <(cd "$tree" && touched '*.[ch]' | xargs -d '\n' ls -d 2>/dev/null)
	(( ${#files[@]} )) || return 0
	(cd "$tree" && scripts/kernel-doc -none -Wall "${files[@]}" 2>&1) || true
}

kernel_doc()
{
	# Does it run, and complain when it should?
	printf '/**\n * f() - no word on a\n */\nint f(int a);\n' >"$out/bad.c"
	(cd "$tree" && scripts/kernel-doc -none -Wall "$out/bad.c" 2>&1) | grep "'a' not described" >/dev/null
	documentation "$KERNEL_BASE_TAG" | plain >"$out/kernel-doc.base"
	documentation "$tip" | plain >"$out/kernel-doc.tip"
	comm -13 "$out/kernel-doc.base" "$out/kernel-doc.tip" | grep -v '^$' >"$out/kernel-doc.new" || true
	none "$out/kernel-doc.new"
}

# --- compiling

# configs WHEN...: names of the configurations compiled then
configs()
{
	awk -v when=" $* " '!/^#/ && NF && index(when, " " $2 " ") { print $1 }' "$here/configs"
}

config_field()
{
	awk -v name="$1" -v field="$2" '!/^#/ && $1 == name {
		for (i = 1; i < field; i++) sub(/^[^ \t]+[ \t]+/, "")
		if (field < 4) print $1; else print }' "$here/configs"
}

# Without padding that moves when anything before it does, and without offsets
# that count from another variable, for functions.py
KCFLAGS='-fno-align-labels -fno-align-jumps -fno-align-loops -fno-section-anchors'

# kbuild CONFIG ARGUMENT...
kbuild()
{
	local config=$1 arch cross=$SDEISTOP_CROSS

	shift
	arch=$(config_field "$config" 3)
	[[ $arch == arm64 ]] || cross=
	make -C "$tree" -j"$SDEISTOP_JOBS" O="$dir/$config" ARCH="$arch" CROSS_COMPILE="$cross" \
		LOCALVERSION= CHECK="$sparse" KCFLAGS="$KCFLAGS" "$@"
}

# fragments CONFIG: its files of kernel/config
fragments()
{
	local names

	read -ra names < <(config_field "$1" 4)
	kernel_fragments "$base" "${names[@]}"
}

configure()
{
	local config=$1 files

	mapfile -t files < <(fragments "$config")
	mkdir -p "$dir/$config"
	kernel_merge_config "${files[@]}" >"$dir/$config/.wanted"
	kbuild "$config" -s KCONFIG_ALLCONFIG="$dir/$config/.wanted" allnoconfig
}

# sources: what is compiled, as far as it exists in this state of the tree
sources()
{
	local file

	{
		grep -v '^#' "$here/objects"
		touched '*.[cS]'
	} | LC_ALL=C sort -u | while read -r file; do
		[[ ! -e $tree/$file ]] || printf '%s\n' "$file"
	done
}

# objects CONFIG: of the sources those that CONFIG has, as objects
objects()
{
	local config=$1 arch folder file

	arch=$(config_field "$config" 3)
	sources | sed 's|/[^/]*$||' | sort -u | while read -r folder; do
		[[ $folder != arch/* || $folder == arch/$arch/* ]] || continue
		make -s --no-print-directory -C "$tree" -f "$here/objects.mk" \
			CONFIG="$dir/$config/.config" DIR="$folder"
	done | LC_ALL=C sort -u >"$out/$config.has"
	sources | sed 's/\.[cS]$/.o/' | LC_ALL=C sort | comm -12 - "$out/$config.has"
}

# all_checked LOG OBJECT...: make goes on where sparse cannot run. Of assembly it
# has nothing to say, and make nothing if an earlier step has assembled it.
all_checked()
{
	local log=$1 object status=0

	shift
	for object in "$@"; do
		[[ ! -e $tree/${object%.o}.S ]] || continue
		grep -q "^  CHECK .*/${object%.o}\.c$" "$log" || { printf 'sparse did not see %s\n' "$object"; status=1; }
	done
	return "$status"
}

# compile CONFIG STEP ARGUMENT...: this state of the tree
compile()
{
	local config=$1 step=$2 log=$out/$2.$1.log files status=0

	shift 2
	{
		[[ ! -e $out/configure ]] || configure "$config"
		mapfile -t files < <(objects "$config")
		printf '%s\n' "${files[@]}" >"$out/$step.$config.objects"
		# make without a goal would build it all
		[[ ${files[*]} ]]
		kbuild "$config" -k W=1 "$@" "${files[@]}" || status=$?
	} >"$log" 2>&1 </dev/null
	[[ $* != C=2 ]] || all_checked "$log" "${files[@]}" >"$log.unchecked" || status=1
	printf '%s\n' "$status" >"$out/$step.$config.status"
}

# step STEP COMMIT CHECK CONFIG...: COMMIT, in all these configurations at once.
# CHECK: 0, or 2 to have sparse look at every file.
step()
{
	local step=$1 commit=$2 sparse_all=$3 config start=$SECONDS

	shift 3
	kgit -C "$tree" diff --quiet HEAD "$commit" -- '*Kconfig*' || : >"$out/configure"
	kgit -C "$tree" checkout -q -f --detach "$commit"
	for config in "$@"; do
		compile "$config" "$step" C="$sparse_all" &
	done
	# Whose status is no 0, or none, fails its test
	wait
	rm -f "$out/configure"
	say "$base: compiled step $step in $# configurations in $((SECONDS - start)) s"
}

# new_warnings STEP CONFIG: against the base in the same configuration
new_warnings()
{
	local status=missing at

	[[ ! -e $out/$1.$2.status ]] || status=$(<"$out/$1.$2.status")
	if [[ $status != 0 ]]; then
		cat "$out/$1.$2.log.unchecked" 2>/dev/null || true
		grep -v '^make' "$out/$1.$2.log" | grep -E -A 3 'error:' || tail -n 20 "$out/$1.$2.log"
		return 1
	fi
	for at in 0 "$1"; do
		grep -iE '(warning|error):' "$out/$at.$2.log" | plain >"$out/$at.$2.warnings" || true
	done
	comm -13 "$out/0.$2.warnings" "$out/$1.$2.warnings" >"$out/$1.$2.new"
	none "$out/$1.$2.new"
}

# configured CONFIG: has it, with the whole series, all that was asked for?
configured()
{
	kernel_check_config "$dir/$1/.config" "$dir/$1/.wanted"
}

# all_compiled: no C file of the series is in no configuration, be it through
# an #include of another
all_compiled()
{
	local file

	while read -r file; do
		grep -rqsF --include='.*.o.cmd' "/$file " "$dir" --exclude-dir=tree || printf '%s\n' "$file"
	done < <(touched '*.[cS]') >"$out/uncompiled"
	none "$out/uncompiled"
}

# --- the code

# keep STEP CONFIG: its objects, to compare
keep()
{
	rm -rf "$out/code.$1.$2"
	mkdir -p "$out/code.$1.$2"
	(cd "$dir/$2" && xargs -d '\n' cp --parents -t "$out/code.$1.$2") <"$out/$1.$2.objects"
}

# binutils CONFIG: what their names begin with
binutils()
{
	[[ $(config_field "$1" 3) != arm64 ]] || printf '%s\n' "$SDEISTOP_CROSS"
}

# listed_functions CONFIG: those of the file that have an occasion
listed_functions()
{
	awk -F '\t' -v config="$1" -v base="$base" '
		$1 == "occasion" { occasions[$2] = 1 }
		$1 == config && $3 in occasions && ($4 == "-" || $4 == base) { print $2 }' \
		"$here/changed-functions" | LC_ALL=C sort
}

# changed_functions CONFIG STEP: those of the file, no other and no less
changed_functions()
{
	"$here/functions.py" -p "$(binutils "$1")" "$out/code.0.$1" "$out/code.$2.$1" >"$out/$1.changed"
	listed_functions "$1" | diff - "$out/$1.changed" >"$out/$1.changed.diff" || true
	sed -n 's/^> /changed, and not in changed-functions: /p; s/^< /in changed-functions, and not changed: /p' \
		"$out/$1.changed.diff" >"$out/$1.changed.wrong"
	none "$out/$1.changed.wrong"
}

# no_symbols CONFIG STEP: of the series' features none
no_symbols()
{
	find "$out/code.$2.$1" -name '*.o' -exec "$(binutils "$1")nm" {} + >"$out/$1.symbols"
	grep -q ' T ' "$out/$1.symbols" || { echo 'no symbols at all'; return 1; }
	grep -iE 'cpustop|sdei_nmi' "$out/$1.symbols" >"$out/$1.symbols.wrong" || true
	none "$out/$1.symbols.wrong"
}

# --- all of it

compile_series()
{
	local index hash subject config last=0 each ends host

	mapfile -t each < <(configs each)
	mapfile -t ends < <(configs ends)
	host=$(gcc -dumpmachine)
	if [[ $host != x86_64-* ]]; then
		skip 'an architecture without the notes compiles' "the compiler is one for $host"
		mapfile -t ends < <(printf '%s\n' "${ends[@]}" | grep -vx x86_64)
	fi
	: >"$out/configure"
	step 0 "$KERNEL_BASE_TAG" 2 "${each[@]}" "${ends[@]}"
	for config in "${each[@]}" "${ends[@]}"; do
		[[ $(cat "$out/0.$config.status") == 0 ]] ||
			die "$base itself does not compile as configuration $config, see $out/0.$config.log"
		keep 0 "$config"
	done
	while read -r index hash subject; do
		last=$index
		if [[ $hash == "$tip" ]]; then
			: >"$out/configure"
			step "$index" "$hash" 2 "${each[@]}" "${ends[@]}"
		elif ! kgit -C "$tree" diff --quiet "$hash^" "$hash" -- ':!Documentation' ':!MAINTAINERS'; then
			step "$index" "$hash" 0 "${each[@]}"
		else
			continue
		fi
		for config in "${each[@]}"; do
			check "compiles with the feature $config: $subject" new_warnings "$index" "$config"
		done
	done < <(commits)
	for config in "${ends[@]}"; do
		check "compiles as configuration $config" new_warnings "$last" "$config"
	done
	for config in "${each[@]}" "${ends[@]}"; do
		check "configuration $config is as asked for" configured "$config"
		[[ $(cat "$out/$last.$config.status") != 0 ]] || keep "$last" "$config"
	done
	check 'every C file of the series is compiled' all_compiled
	check_code "$last"
}

check_code()
{
	local config

	for config in $(configs each ends); do
		grep -q "^${config}[[:space:]]" "$here/changed-functions" || continue
		[[ -e $out/code.$1.$config ]] || continue
		check "the functions that change in configuration $config are the known ones" changed_functions "$config" "$1"
	done
	for config in off x86_64; do
		[[ -e $out/code.$1.$config ]] || continue
		check "nothing of the features in configuration $config" no_symbols "$config" "$1"
	done
}

check_base()
{
	local patch

	check 'the series applies' apply
	(( good )) || return 0
	tip=$(kgit -C "$tree" rev-parse HEAD)
	check 'the series comes out of the tree as it is' regenerates
	check 'twins have the messages of the series' same_messages
	while read -r patch; do
		check "checkpatch: ${patch##*/}" checkpatch "$patch"
	done < <(kernel_series "$base")
	check 'every new file has a maintainer' maintained
	check 'kernel-doc has nothing new to say' kernel_doc
	compile_series
	kgit -C "$tree" checkout -q -f --detach "$tip"
}

mkdir -p "$SDEISTOP_BUILD/kernel"
all_used=$SDEISTOP_BUILD/kernel/exceptions-used
sparse=$("$SDEISTOP_ROOT/scripts/build-sparse.sh")
cache_lock kernel-check
: >"$all_used"
for base in "${bases[@]}"; do
	kernel_base "$base" >/dev/null
	out=$SDEISTOP_BUILD/kernel/$base
	dir=$SDEISTOP_CACHE/kernel/$base-check
	tree=$dir/tree
	kept=$dir/result
	used=$out/used
	key=$(result_key)
	if repeat_result "$key"; then
		continue
	fi
	rm -rf "$out"
	mkdir -p "$out"
	: >"$used"
	# In a process of its own, where the lock on the kernel is let go again
	(get_tree)
	before=$failed
	check_base
	cat "$used" >>"$all_used"
	keep_result "$key" "$before"
done
if (( ${#bases[@]} > 1 )); then
	base='all bases'
	# That of a base is not there if its result was repeated
	out=$SDEISTOP_BUILD/kernel
	check 'every exception for checkpatch is needed' exceptions_needed
fi
printf '1..%d\n' "$number"
exit "$failed"
