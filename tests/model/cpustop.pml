/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state word of docs/note-format.md: one CPU that is to be stopped, the
 * stopping CPU, and firmware between them. spin tries every interleaving.
 *
 * An event preempts the CPU wherever it is, also inside its stop IPI; nothing
 * preempts an event. That is what "provided (!in_event)" says.
 *
 * Asserted:
 *  - never two writers of the CPU's buffer at once;
 *  - nobody writes after the verdict;
 *  - the CPU never powers itself off with an event on its way;
 *  - no second event is raised while one is on its way or in progress;
 *  - LATE is said only of a CPU that has not answered.
 *
 * Each MUTANT_* breaks one rule of the protocol. A mutant that passes means
 * that this model checks nothing there; check.sh runs them all.
 */

mtype = { FREE, SIGNALLED, WRITING, DONE, CLOSED, LATE };

mtype state = FREE;
bool pending;		/* event raised, not delivered yet */
bool in_event;		/* the CPU runs its event handler, or parked in it */
bool ipi;		/* stop IPI raised */
bool off;		/* CPU powered off */
bool verdict;		/* the finalizer is past this CPU */
bool answered;		/* the CPU has written its own record */
byte writers;		/* contexts writing the buffer */

inline take(from, to, ok)
{
	atomic {
		if
		:: state == from -> state = to; ok = true
		:: else -> ok = false
		fi
	}
}

inline write_begin()
{
	atomic { assert(!verdict); writers++; assert(writers == 1) }
}

inline write_end()
{
	writers--
}

inline save()
{
	write_begin();
	write_end();
	answered = true;
	state = DONE
}

/* claim_too_late() */
inline too_late(ok)
{
#ifndef MUTANT_LATE_THOUGH_ANSWERED
	if
	:: answered -> ok = false
	:: else -> take(CLOSED, LATE, ok)
	fi;
#else
	take(CLOSED, LATE, ok);
#endif
	assert(!ok || !answered)
}

inline power_off()
{
	atomic { assert(!pending); off = true }
}

/* crash_cpustop_claim() and what crash_stop_cpu() does with its answer */
proctype cpu_ipi() provided (!in_event && !off)
{
	bool ok;

	/* A wedged CPU never gets beyond this. */
end_wedged:
	ipi;
	take(FREE, WRITING, ok);
	if
	:: ok -> save(); power_off(); goto stopped
	:: else
	fi;

	/* The wait for the event may end at any time, the event come or not. */
	take(FREE, WRITING, ok);
	if
	:: ok -> save(); power_off(); goto stopped
	:: else
	fi;
#ifdef MUTANT_IPI_IGNORES_SIGNALLED
	take(SIGNALLED, WRITING, ok);
	if
	:: ok -> save(); power_off(); goto stopped
	:: else
	fi;
#else
	take(SIGNALLED, WRITING, ok);
	if
	:: ok -> save(); goto stopped
	:: else
	fi;
#endif
	too_late(ok);
stopped:
	skip
}

/* crash_cpustop_claim_event(): returns, or parks with in_event set */
proctype cpu_event()
{
	bool ok;

end_quiet:
	do
	:: atomic { pending && !off -> pending = false; in_event = true };
#ifdef MUTANT_EVENT_TAKES_WRITING
		take(WRITING, WRITING, ok);
		if
		:: ok -> save(); break
		:: else
		fi;
#endif
		take(SIGNALLED, WRITING, ok);
		if
		:: ok -> save(); break
		:: else
		fi;
		take(FREE, WRITING, ok);
		if
		:: ok -> save(); break
		:: else
		fi;
		if
		:: state == CLOSED || state == LATE ->
			too_late(ok);
			break
		:: else -> in_event = false
		fi
	od
}

/* smp_send_stop() and crash_cpustop_finalize() on the crashing CPU */
proctype stopper()
{
	bool ok;

	ipi = true;

	/* The IPI's time is up, or the CPU has answered. */
#ifdef MUTANT_SIGNAL_BEFORE_CLAIM
	atomic { assert(!pending); pending = true };
	take(FREE, SIGNALLED, ok);
#else
	take(FREE, SIGNALLED, ok);
	if
	:: ok ->
		if
		:: atomic { assert(!pending && !in_event); pending = true }
		:: take(SIGNALLED, FREE, ok)	/* firmware refused */
		fi
	:: else
	fi;
#endif

	/* The event's time is up, or the CPU has answered. */
	do
	:: state == FREE ->
		take(FREE, CLOSED, ok);
		if :: ok -> break :: else fi
	:: state == SIGNALLED ->
		take(SIGNALLED, CLOSED, ok);
		if :: ok -> break :: else fi
	:: state == DONE ->
		take(DONE, CLOSED, ok);
		if :: ok -> break :: else fi
	:: state == WRITING ->
		if
		:: skip			/* wait a little more */
#ifdef MUTANT_FINALIZER_TAKES_WRITING
		:: state = CLOSED; ok = true; break
#else
		:: ok = false; break	/* time is up: leave it alone */
#endif
		fi
	:: state == CLOSED || state == LATE -> ok = false; break
	od;

	if
	:: ok ->
		write_begin();
		write_end();
		verdict = true
	:: else
	fi
}

init
{
	atomic {
		run cpu_ipi();
		run cpu_event();
		run stopper()
	}
}
