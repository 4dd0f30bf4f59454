#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the shells offer, against what the help tells of and the command takes.

setup() {
	root=$BATS_TEST_DIRNAME/../..
	mkdir -p "$BATS_TEST_TMPDIR/bin"
	ln -s "$SDEISTOP" "$BATS_TEST_TMPDIR/bin/sdeistop"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
	cd "$BATS_TEST_TMPDIR"
}

# words WORD...: what bash offers for the last one, a line each
words() {
	bash --norc -c '
		. "$0"
		COMP_WORDS=(sdeistop "$@")
		COMP_CWORD=$#
		_sdeistop sdeistop "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
		printf "%s\n" "${COMPREPLY[@]}"' "$root/completions/sdeistop.bash" "$@" | sed '/^$/d'
}

commands() {
	sdeistop --help | sed -nE 's/^(usage:|      ) sdeistop ([a-z]+) .*/\2/p'
}

# Of the help of a command, what is in the column of options
options_of_help() {
	sdeistop "$1" --help | grep -E '^ {2,6}-' | sed -E 's/^ *//; s/  .*//' |
		grep -oE '(^|[ ,])--?[a-z-]+' | tr -d ' ,' | sort
}

@test "completion: commands are those of the usage lines" {
	[ "$(words '' | grep -v '^-')" = "$(commands)" ]
	[ "$(words ver)" = verify ]
	[ -z "$(words nonsense -)" ]
}

@test "completion: options are those of the command's help, and it takes them" {
	for command in $(commands); do
		options_of_help "$command" >help
		grep -qx -e --help help
		words "$command" - | sort | diff help -
		while read -r option; do
			run sdeistop "$command" "$option"
			[[ $output != *"is not an option"* ]]
		done <help
	done
}

@test "completion: the help tells of every option that the source has" {
	for command in $(commands); do
		# a comment after it says why one is only there to be refused
		sed -nE 's/^\t\t\{ "([a-z-]+)", [a-z]+_argument.* \},$/--\1/p' \
			"$root/tools/$command.c" | sort >source
		[ -s source ]
		options_of_help "$command" | grep -e '^--' | diff source -
	done
}

@test "completion: arguments of options" {
	touch 'a file' another
	[ -z "$(words show -c '')" ]
	[ -z "$(words show --cpus '')" ]
	[ "$(words show --color a)" = $'auto\nalways' ]
	[ "$(words show --color = n)" = never ]
	[ "$(words show --color =)" = $'auto\nalways\nnever' ]
	[ "$(words verify a | sort)" = $'a file\nanother' ]
	[ "$(words show -r an)" = another ]
}

# The functions of zsh's completion system, put in place by ones that print
zsh_words() {
	zsh -f -c '
		setopt extendedglob
		_call_program() { shift; "$@" }
		_describe() { print -rl -- "${(@P)4%%:*}" }
		_arguments() { print -rl -- "${@#\(*\)}" }
		complete() { source $1 }
		words=(sdeistop "${@:2}") CURRENT=$#
		complete $1' zsh "$root/completions/_sdeistop" "$@"
}

@test "completion: zsh offers the same" {
	[ "$(zsh_words '' | grep -v '^-')" = "$(commands)" ]
	for command in $(commands); do
		zsh_words "$command" '' | grep -oE '^--?[a-z-]+.*\[' | sed -E 's/=?\[.*//' | sort |
			diff <(options_of_help "$command") -
	done
	[[ $(zsh_words show '') == *'--color='*':when:(auto always never)'* ]]
}

@test "completion: the shells' own check of syntax" {
	bash -n "$root/completions/sdeistop.bash"
	zsh -n "$root/completions/_sdeistop"
}
