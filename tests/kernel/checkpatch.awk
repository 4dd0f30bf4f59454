# SPDX-License-Identifier: GPL-2.0-or-later
#
# What checkpatch.pl --show-types says of a patch, less the exceptions: prints
# each message that is not one of them, and for each that is one the line
# "used TYPE<TAB>PATTERN". awk -f checkpatch.awk EXCEPTIONS OUTPUT

function message(i)
{
	for (i = 1; i <= exceptions; i++)
		if (type == types[i] && text ~ patterns[i]) {
			print "used " types[i] "\t" patterns[i]
			text = ""
		}
	if (text != "")
		print text
	text = ""
}

BEGIN { FS = "\t" }

# The exceptions: type, what of the message or of the line it is about, reason
FNR == NR {
	if (/^#/ || !NF)
		next
	if (NF != 3)
		print "exception without three columns: " $0
	types[++exceptions] = $1
	patterns[exceptions] = $2
	next
}

/^(ERROR|WARNING|CHECK):[A-Z0-9_]+: / {
	message()
	split($0, words, ":")
	type = words[2]
	text = $0
	next
}
/^$/ { message(); advice = 0; next }
text != "" { text = text "\n" $0; next }
/^NOTE: / { advice = 1 }
/ has (no obvious )?style problems/ { whole = 1; next }
!advice { print }

END {
	message()
	if (!whole)
		print "checkpatch did not get to its end"
}
