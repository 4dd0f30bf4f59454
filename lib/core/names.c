// SPDX-License-Identifier: GPL-2.0-or-later
/* Words for the enums: the same in text and in JSON. */

#include "internal.h"

#include <string.h>

#define NAME_OF(table, index) \
	((size_t)(index) < sizeof(table) / sizeof(*(table)) && (table)[index] ? (table)[index] : "unknown")

const char *sdeistop_method_name(unsigned int method, const char *machine)
{
	static const char *const names[] = {
		[CPUSTOP_METHOD_NONE] = "none",
		[CPUSTOP_METHOD_PANIC] = "panic",
		[CPUSTOP_METHOD_IPI] = "ipi",
		[CPUSTOP_METHOD_NMI] = "nmi",
		[CPUSTOP_METHOD_FIRMWARE] = "sdei",
		[CPUSTOP_METHOD_SELF] = "self",
	};

	if (method == CPUSTOP_METHOD_FIRMWARE && machine && !strcmp(machine, "riscv64"))
		return "sse";
	return NAME_OF(names, method);
}

const char *sdeistop_disposition_name(unsigned int disposition)
{
	static const char *const names[] = {
		[CPUSTOP_DISP_UNKNOWN] = "unknown",
		[CPUSTOP_DISP_CRASHING] = "crashing",
		[CPUSTOP_DISP_RUNNING] = "running",
		[CPUSTOP_DISP_PARKED] = "parked",
		[CPUSTOP_DISP_OFF_REQ] = "off-requested",
		[CPUSTOP_DISP_OFF] = "off",
		[CPUSTOP_DISP_OFFLINE] = "offline",
		[CPUSTOP_DISP_ABSENT] = "absent",
	};

	return NAME_OF(names, disposition);
}

const char *sdeistop_disposition_words(unsigned int disposition)
{
	static const char *const words[] = {
		[CPUSTOP_DISP_CRASHING] = "runs the crash path",
		[CPUSTOP_DISP_RUNNING] = "still running",
		[CPUSTOP_DISP_PARKED] = "parked",
		[CPUSTOP_DISP_OFF_REQ] = "about to power itself off",
		[CPUSTOP_DISP_OFF] = "powered off",
		[CPUSTOP_DISP_OFFLINE] = "offline before the crash",
		[CPUSTOP_DISP_ABSENT] = "not present",
	};

	return NAME_OF(words, disposition);
}

const char *sdeistop_verdict_name(enum sdeistop_verdict verdict)
{
	static const char *const names[] = {
		[SDEISTOP_MALFORMED] = "malformed",
		[SDEISTOP_INCOMPLETE] = "incomplete",
		[SDEISTOP_UNKNOWN] = "unknown",
		[SDEISTOP_COMPLETE] = "complete",
	};

	return NAME_OF(names, verdict);
}

const char *sdeistop_problem_name(enum sdeistop_problem_code code)
{
	static const char *const names[SDEISTOP_NR_PROBLEMS] = {
		[SDEISTOP_P_CPU_NOT_STOPPED] = "cpu-not-stopped",
		[SDEISTOP_P_CPU_NO_RECORD] = "cpu-no-record",
		[SDEISTOP_P_CPU_NO_REGS] = "cpu-no-regs",
		[SDEISTOP_P_RECORD_BAD_CRC] = "record-bad-crc",
		[SDEISTOP_P_RECORD_BAD_VERSION] = "record-bad-version",
		[SDEISTOP_P_RECORD_NEWER_VERSION] = "record-newer-version",
		[SDEISTOP_P_RECORD_DUPLICATE] = "record-duplicate",
		[SDEISTOP_P_RECORD_OUT_OF_RANGE] = "record-out-of-range",
		[SDEISTOP_P_RECORD_CONTRADICTION] = "record-contradiction",
		[SDEISTOP_P_FILE_TRUNCATED] = "file-truncated",
		[SDEISTOP_P_FILE_INCOMPLETE_FLAG] = "file-incomplete-flag",
		[SDEISTOP_P_FILE_PARTS_MISSING] = "file-parts-missing",
		[SDEISTOP_P_NOTES_MISSING] = "notes-missing",
		[SDEISTOP_P_NOTES_MALFORMED] = "notes-malformed",
		[SDEISTOP_P_VMCOREINFO_MISSING] = "vmcoreinfo-missing",
	};

	return NAME_OF(names, code);
}

const char *sdeistop_finding_name(enum sdeistop_finding_code code)
{
	static const char *const names[SDEISTOP_NR_FINDINGS] = {
		[SDEISTOP_F_RAN_ON] = "ran-on",
		[SDEISTOP_F_STILL_WRITING] = "still-writing",
		[SDEISTOP_F_FINISHED_LATE] = "finished-late",
		[SDEISTOP_F_STATE_CONTRADICTS] = "state-contradicts",
		[SDEISTOP_F_RECORD_LOST] = "record-lost",
		[SDEISTOP_F_RECORD_NEW] = "record-new",
		[SDEISTOP_F_RECORD_OF_ANOTHER] = "record-of-another",
		[SDEISTOP_F_RECORD_DIFFERS] = "record-differs",
		[SDEISTOP_F_REGISTERS_DIFFER] = "registers-differ",
	};

	return NAME_OF(names, code);
}

const char *sdeistop_error_name(enum sdeistop_errno code)
{
	static const char *const names[] = {
		[SDEISTOP_OK] = "ok",
		[SDEISTOP_ERR_OPEN] = "cannot-open",
		[SDEISTOP_ERR_READ] = "cannot-read",
		[SDEISTOP_ERR_NOT_A_VMCORE] = "not-a-vmcore",
		[SDEISTOP_ERR_UNSUPPORTED] = "unsupported",
		[SDEISTOP_ERR_NO_MEMORY] = "no-memory",
		[SDEISTOP_ERR_INTERNAL] = "internal",
	};

	return NAME_OF(names, code);
}
