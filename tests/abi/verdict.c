// SPDX-License-Identifier: GPL-2.0-or-later
/* As somebody else would write it, against what make install put down. */

#include <sdeistop.h>

int main(int argc, char *argv[])
{
	struct sdeistop_report *report;
	struct sdeistop_error error;

	if (argc != 2)
		return 2;
	if (sdeistop_report_file(argv[1], &report, &error)) {
		fprintf(stderr, "%s: %s\n", argv[1], error.text);
		return 1;
	}
	printf("%s\n", sdeistop_verdict_name(report->verdict));
	sdeistop_report_free(report);
	return 0;
}
