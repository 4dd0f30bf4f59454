/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The word of arch/arm64/kernel/sdei_nmi.c that says what a CPU is asked for and
 * whether an event is outstanding: one CPU, another one that wants a backtrace of
 * it twice, a third that panics and stops it, and firmware between them. spin
 * tries every interleaving.
 *
 * An event preempts the CPU wherever it is but in an event. The CPU takes its
 * IPIs, or is wedged and never does: both are tried.
 *
 * Asserted:
 *  - never two events on their way, and none raised while the handler still
 *    looks for requests;
 *  - when nothing moves any more, everything that was asked for with an answer
 *    of "an event will tell it" has been done;
 *  - the CPU never powers itself off with an event on its way or to come.
 *
 * Each MUTANT_* breaks one rule. A mutant that passes means that this model
 * checks nothing there; check.sh runs them all.
 */

/* the word's bits */
bool signalled, stop, backtrace, leaving;

bool pending;		/* event raised, not delivered yet */
bool handling;		/* the handler looks for requests */
bool in_event;		/* from delivery to completion, or parked in it */
bool ipi_backtrace, ipi_stop;
bool stopped, off;
bool wanted;		/* the bit in the backtrace mask */
bool promised_backtrace, promised_stop;
bool panicking;

inline do_backtrace()
{
	atomic { wanted = false; promised_backtrace = false }
}

/* request(); firmware refuses at will */
inline request(what, promise)
{
	atomic {
		if
		:: leaving -> old = true; refused = true
		:: else ->
			old = signalled;
			refused = false;
			what = true;
			signalled = true
		fi
	}
	if
#ifndef MUTANT_SIGNAL_AGAIN
	:: old || refused -> skip
#else
	:: refused -> skip
#endif
	:: else ->
		if
		:: atomic {
			assert(!pending && !handling && !off);
			pending = true
		   }
		:: atomic {
			/* Whoever has joined meanwhile is refused, too. */
			signalled = false; refused = true;
			promised_stop = false; promised_backtrace = false
		   }
		fi
	fi;
	atomic {
		if
		:: !refused && signalled && what -> promise = true
		:: else
		fi
	}
}

/* sdei_nmi_handler(), as often as an event comes */
proctype event()
{
	bool do_stop, do_bt, again;

end_wait:
	do
	:: atomic { pending && !in_event && !off -> pending = false; in_event = true; handling = true };
		do
		:: skip;
#ifndef MUTANT_CLEAR_AFTERWARDS
			atomic {
				do_stop = stop; do_bt = backtrace;
				stop = false; backtrace = false
			};
#else
			atomic { do_stop = stop; do_bt = backtrace };
#endif
			if
			:: do_stop && !stopped ->
				atomic { stopped = true; promised_stop = false; promised_backtrace = false; handling = false };
				goto end_parked		/* never completes */
			:: do_stop && stopped -> promised_stop = false
			:: else
			fi;
			if
			:: do_bt -> do_backtrace()
			:: else
			fi;
#ifdef MUTANT_CLEAR_AFTERWARDS
			atomic { stop = false; backtrace = false };
#endif
			atomic {
#ifndef MUTANT_NOT_AGAIN
				again = stop || backtrace;
#else
				again = false;
#endif
				if
				:: !again -> signalled = false; handling = false
				:: else
				fi
			};
			if
			:: !again -> break
			:: else
			fi
		od;
		in_event = false	/* firmware completes it */
	od;
end_parked:
	false
}

/* The CPU's interrupts; a wedged CPU takes none */
proctype interrupts() provided (!in_event && !off)
{
	bool was;

	if
	:: goto end_wedged
	:: skip
	fi;
end_wait:
	do
	:: atomic { ipi_backtrace -> ipi_backtrace = false };
		backtrace = false;		/* cross_nmi_backtrace_taken() */
		do_backtrace()
	:: atomic { ipi_stop -> ipi_stop = false; was = stopped };
		if
		:: was -> skip
		:: else -> break
		fi
	od;
	/* stop_this_cpu(): the state word's part is in cpustop.pml */
#ifndef MUTANT_NO_QUIESCE
	leaving = true;
	if
	:: !signalled -> skip
	:: signalled -> goto end_parked		/* the wait is over */
	fi;
#endif
	atomic { stopped = true; promised_stop = false; promised_backtrace = false; assert(!pending); off = true };
end_parked:
	skip;
end_wedged:
	false
}

proctype tracer()
{
	bool old, refused;
	byte round;

	do
	:: round < 2 ->
		round++;
		wanted = true;
		backtrace = true;		/* cross_nmi_backtrace_begin() */
		ipi_backtrace = true;
		/* the IPI's time is up, or it was taken */
		if
		:: backtrace && !panicking -> request(backtrace, promised_backtrace)
		:: else
		fi;
		/* ten seconds, or until it is done */
		if
		:: !wanted
		:: timeout
		fi
	:: else -> break
	od
}

proctype panic()
{
	bool old, refused;

	panicking = true;
	ipi_stop = true;
	if
	:: !stopped -> request(stop, promised_stop)
	:: else
	fi
}

/* Nothing moves any more */
proctype judge()
{
	timeout;
	assert(!promised_stop || off || stopped);
	assert(!promised_backtrace || stopped || off)
}

init
{
	atomic {
		run event();
		run interrupts();
		run tracer();
		run panic();
		run judge()
	}
}
