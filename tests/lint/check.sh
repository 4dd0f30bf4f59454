#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What can be said about the tree without running it.
set -euo pipefail
cd "$(dirname "$0")/../.."

USAGE="usage: check.sh [-h]

Lints scripts and man pages, and holds together what must be the same in two
places. Prints TAP."

[[ ${1:-} != -h ]] || { printf '%s\n' "$USAGE"; exit 0; }
[[ $# -eq 0 ]] || { printf '%s\n' "$USAGE" >&2; exit 2; }

# shellcheck source=scripts/lib/patches.sh
. scripts/lib/patches.sh
# shellcheck source=tests/tap.sh
. tests/tap.sh

bash_scripts()
{
	git ls-files -co --exclude-standard | while read -r file; do
		[[ -f $file ]] || continue
		case $(head -c 32 "$file" | tr -d '\0' | head -n 1) in
		'#!'*bash*) printf '%s\n' "$file" ;;
		esac
	done
}

# What runs in the guest and in capture environments is plain sh, busybox's and dash
lint_shell()
{
	local file bad=0

	while read -r file; do
		shellcheck -x "$file" || bad=1
	done < <(bash_scripts; ls scripts/lib/*.sh)
	shellcheck -s dash tests/e2e/guest/{init,kdump-tools.sh} scripts/capture/sdeistop-save \
		scripts/capture/kdump-tools/{makedumpfile,kdump-tools.sh} scripts/capture/kdump-utils/sdeistop-collector || bad=1
	return "$bad"
}

# A new file added by a patch is its lines with a '+' before each.
header_of_patch()
{
	awk -v path="+++ b/$1" '
		$0 == path { on = 1; next }
		on && /^(diff|-- )/ { exit }
		on && /^\+/ { print substr($0, 2) }' kernel/patches/*.patch
}

same_header()
{
	diff -u <(header_of_patch include/uapi/linux/cpustop.h) lib/include/linux/cpustop.h
}

spdx()
{
	local file missing=0

	while read -r file; do
		[[ -f $file ]] || continue
		case $file in
		*.md|*.patch|COPYING|*/series|*-patches/carried|.gitignore|tests/data/*|tests/fuzz/corpus/*) continue ;;
		.shellcheckrc|*.config|*/packages.txt|kernel/bases|tests/suites|*.scenario|*.expect|*.txt|*.json) continue ;;
		esac
		head -n 5 "$file" | grep -q 'SPDX-License-Identifier: ' || { printf '%s\n' "$file"; missing=1; }
	done < <(git ls-files -co --exclude-standard)
	return "$missing"
}

# patches_signed SERIES DIRECTORY: every patch is from the project and signed off by it alone
patches_signed()
{
	local patch key bad=0

	while read -r patch; do
		[[ $patch && $patch != \#* ]] || continue
		for key in From Signed-off-by; do
			# The first line of the file is From too, without a colon
			[[ $(sed -n "s/^$key: //p; /^---\$/q" "$2/$patch") == "$PATCH_IDENTITY" ]] ||
				{ printf '%s: not "%s: %s"\n' "$patch" "$key" "$PATCH_IDENTITY"; bad=1; }
		done
	done <"$1"
	return "$bad"
}

# What patches of other projects carry of lib/. There is a series that does.
carried()
{
	local series bad=0

	for series in *-patches/carried; do
		scripts/carry-core.sh check "${series%/carried}" || bad=1
	done
	return "$bad"
}

man_pages()
{
	mandoc -T lint -W warning docs/*.[1-8]
}

# Each row of the table has descriptions, and they and other tests named are there
malformed_input()
{
	local page=docs/malformed-input.md file name bad=0 rows=0

	while IFS='|' read -r _ file name _; do
		rows=$((rows + 1))
		[[ $name == *\`* ]] || { printf 'no description:%s\n' "$file"; bad=1; }
		for name in ${name//\`/}; do
			for file in "tests/data/$name".{txt,expect}; do
				[[ -f $file ]] || { printf '%s\n' "$file"; bad=1; }
			done
		done
	done < <(sed -n '/^|---/,/^$/p' "$page" | grep '^| ')
	while read -r file; do
		[[ -f $file ]] || { printf '%s\n' "$file"; bad=1; }
	done < <(grep -oE 'tests/[a-z]+/[a-z_]+\.(c|bats)' "$page")
	(( rows && !bad ))
}

# No path of somebody's machine, no host of a package mirror
no_places()
{
	! git ls-files -co --exclude-standard | xargs -d '\n' grep -nIE \
		'((^|[^[:alnum:]_}])/(hom[e]/[a-z]|roo[t]/|wor[k]/)|https?://[a-z0-9.-]*(debian|npmjs)\.)' --
}

check 'shell scripts are clean' lint_shell
check 'the uapi header of the series is the one the library uses' same_header
check 'every source names its licence' spdx
check 'every patch of the series is from the project and signed off' patches_signed kernel/series kernel/patches
check 'every patch of crash is from the project and signed off' patches_signed crash-ext/patches/series crash-ext/patches
check 'every patch of makedumpfile is from the project and signed off' patches_signed makedumpfile-patches/series makedumpfile-patches
check 'every patch of kexec-tools is from the project and signed off' patches_signed kexec-tools-patches/series kexec-tools-patches
check 'what patches carry of lib/ is what lib/ has' carried
check 'every patch of kdump-utils is from the project and signed off' patches_signed scripts/capture/kdump-utils/series scripts/capture/kdump-utils
check 'man pages are clean' man_pages
check 'the page about the note is right about the header' tests/lint/note-page
check 'what the page about malformed input names is there' malformed_input
check 'no machine path and no mirror host' no_places
printf '1..%d\n' "$number"
exit "$failed"
