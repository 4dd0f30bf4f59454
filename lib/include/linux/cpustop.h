/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * CPUSTOP: how one CPU was stopped when the system crashed, and what became
 * of it. An ELF note in that CPU's crash_notes buffer.
 */
#ifndef _UAPI_LINUX_CPUSTOP_H
#define _UAPI_LINUX_CPUSTOP_H

#include <linux/types.h>

/* Owner name, with its terminating NUL (n_namesz 8), and type of the note */
#define CPUSTOP_NOTE_NAME	"CPUSTOP"
#define CPUSTOP_NOTE_TYPE	0x43535450

#define CPUSTOP_VERSION		1

/* cpustop_note.method: what made the CPU stop */
enum cpustop_method {
	CPUSTOP_METHOD_NONE	= 0,	/* nothing did */
	CPUSTOP_METHOD_PANIC	= 1,	/* it runs the crash path itself */
	CPUSTOP_METHOD_IPI	= 2,	/* ordinary stop IPI */
	CPUSTOP_METHOD_NMI	= 3,	/* stop IPI delivered as a (pseudo-)NMI */
	CPUSTOP_METHOD_FIRMWARE	= 4,	/* event injected by firmware (SDEI, SSE) */
	CPUSTOP_METHOD_SELF	= 5,	/* gave way: panicked second, or was rebooting */
};

/* cpustop_note.disposition: what the CPU does since */
enum cpustop_disposition {
	CPUSTOP_DISP_UNKNOWN	= 0,
	CPUSTOP_DISP_CRASHING	= 1,	/* runs the crash path */
	CPUSTOP_DISP_RUNNING	= 2,	/* never answered, as far as is known runs on */
	CPUSTOP_DISP_PARKED	= 3,	/* loops in kernel text, powered */
	CPUSTOP_DISP_OFF_REQ	= 4,	/* was about to power itself off */
	CPUSTOP_DISP_OFF	= 5,	/* powered off, confirmed by firmware */
	CPUSTOP_DISP_OFFLINE	= 6,	/* was powered off or never started before the crash */
	CPUSTOP_DISP_ABSENT	= 7,	/* possible, not present */
};

/* cpustop_note.rungs: bits, what was tried on the CPU */
#define CPUSTOP_RUNG_IPI	0x01
#define CPUSTOP_RUNG_NMI	0x02
#define CPUSTOP_RUNG_FIRMWARE	0x04

/* cpustop_note.flags: bits */
#define CPUSTOP_F_REGS		0x01	/* the NT_PRSTATUS before this note is this CPU's */
#define CPUSTOP_F_IRQS_MASKED	0x02	/* interrupts were masked where it was stopped */
#define CPUSTOP_F_IRQS_KNOWN	0x04	/* CPUSTOP_F_IRQS_MASKED means something */
#define CPUSTOP_F_EVENT_OPEN	0x08	/* the firmware event was not completed */
#define CPUSTOP_F_BY_STOPPER	0x10	/* written by the stopping CPU, not by this one */
#define CPUSTOP_F_LATE		0x20	/* answered after a later rung had begun */
#define CPUSTOP_F_EARLY		0x40	/* stopped before the stop began */
#define CPUSTOP_F_ERROR_PSCI	0x80	/* cpustop_note.error is PSCI's, not the event's */

/**
 * struct cpustop_note - descriptor of a CPUSTOP note
 * @version:	 CPUSTOP_VERSION; later versions only append
 * @size:	 bytes of the descriptor, equal to n_descsz
 * @cpu:	 logical CPU number
 * @hwid:	 MPIDR_EL1 affinity on arm64, hartid on riscv
 * @method:	 enum cpustop_method
 * @disposition: enum cpustop_disposition
 * @rungs:	 CPUSTOP_RUNG_* tried on this CPU
 * @flags:	 CPUSTOP_F_*
 * @error:	 return value of the firmware as it gave it, 0 if none
 * @start:	 sched_clock() in ns when the stop began, 0 with CPUSTOP_F_EARLY
 * @task:	 address of the task_struct that was current, 0 if unknown
 * @requested:	 us from @start until the last rung tried was raised, saturating
 * @acked:	 us from @start until the CPU entered its stop, 0 if it did not
 * @pid:	 pid of @task
 * @nr_present:	 CPUs present at the crash
 * @nr_online:	 CPUs online when the stop began
 * @crc:	 CRC-32/ISO-HDLC of the 60 bytes before it, as stored
 *
 * All in the byte order of the dump. A file aligns notes to 4 bytes only, so a
 * reader copies the descriptor and never casts to it.
 */
struct cpustop_note {
	__u16	version;
	__u16	size;
	__u32	cpu;
	__u64	hwid;
	__u8	method;
	__u8	disposition;
	__u8	rungs;
	__u8	flags;
	__s32	error;
	__u64	start;
	__u64	task;
	__u32	requested;
	__u32	acked;
	__u32	pid;
	__u32	nr_present;
	__u32	nr_online;
	__u32	crc;
};

/* Offset of @crc, and so the number of bytes it covers, in every version */
#define CPUSTOP_CRC_OFFSET	60

/*
 * Who may write a CPU's crash_notes buffer: the word cpustop_state, one a CPU.
 * In memory after the crash, CPUSTOP_STATE_LATE tells that the CPU ran on after
 * the verdict about it had been written.
 */
enum cpustop_state {
	CPUSTOP_STATE_FREE	= 0,	/* nobody yet */
	CPUSTOP_STATE_SIGNALLED	= 1,	/* a firmware event is on its way to the CPU */
	CPUSTOP_STATE_WRITING	= 2,	/* the CPU itself, now */
	CPUSTOP_STATE_DONE	= 3,	/* the CPU has written */
	CPUSTOP_STATE_CLOSED	= 4,	/* the crashing CPU has; final */
	CPUSTOP_STATE_LATE	= 5,	/* as CLOSED, and the CPU came by afterwards */
};

#endif /* _UAPI_LINUX_CPUSTOP_H */
