# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Completion of sdeistop(1) for bash. Commands, options and what argument an
# option takes are read from the help, so that there is one list of them.

# _sdeistop_offer WORDS: those that begin with what is typed
_sdeistop_offer()
{
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
}

_sdeistop_files()
{
	mapfile -t COMPREPLY < <(compgen -f -- "$cur")
	# only possible while readline asks, not in a test
	compopt -o filenames 2>/dev/null
}

# _sdeistop_argument OPTION <HELP: what it calls the option's argument
_sdeistop_argument()
{
	sed -nE 's/^  (-.)?(,? +)?(--[a-z-]+)?( ([A-Z]+))? .*/\1 \3 =\5/p' |
		awk -v option="$1" '$1 == option || $2 == option { sub(/.*=/, ""); print; exit }'
}

_sdeistop()
{
	local cur=$2 before=$3 help

	# readline takes --color=never for three words
	if [[ $cur == = ]]; then
		cur=
	elif [[ $before == = ]]; then
		before=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	COMPREPLY=()

	if (( COMP_CWORD == 1 )); then
		help=$("$1" --help 2>/dev/null)
		_sdeistop_offer "$(sed -nE 's/^  ([a-z]+) .*/\1/p' <<<"$help") --help --version"
		return
	fi
	help=$("$1" "${COMP_WORDS[1]}" --help 2>/dev/null) || return
	case $(_sdeistop_argument "$before" <<<"$help") in
	WHEN)
		_sdeistop_offer 'auto always never'
		;;
	FILE | OUT)
		_sdeistop_files
		;;
	?*)
		;;	# a number, or a list of CPUs: nothing to offer
	'')
		if [[ $cur == -* ]]; then
			_sdeistop_offer "$(sed -nE 's/^  (-.)?(,? +(--[a-z-]+))?[ A-Z]*  .*/\1 \3/p' <<<"$help")"
		else
			_sdeistop_files
		fi
		;;
	esac
} &&
complete -F _sdeistop sdeistop
