/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The word of drivers/firmware/arm_sdei.c that says whether event 0 may be
 * outstanding to a CPU, whether one is outstanding, and what for; with its user,
 * arch/arm64/kernel/sdei_nmi.c. One CPU, another one that wants a backtrace of it
 * twice, a third that panics and stops it, and firmware between them. spin tries
 * every interleaving.
 *
 * An event preempts the CPU wherever it is but in an event. The CPU takes its
 * IPIs, or is wedged and never does: both are tried. On its way to power itself
 * off it does what it does wherever event 0 must not find it: signal_leave().
 * Who writes the record is cpustop.pml's affair.
 *
 * Asserted:
 *  - never two events on their way, and none raised while the handler still
 *    looks for requests;
 *  - when nothing moves any more, everything that was asked for with an answer
 *    of "an event will tell it" has been done;
 *  - no event is on its way to a CPU that has powered itself off, or is raised
 *    for it.
 *
 * Each MUTANT_* breaks one rule. A mutant that passes means that this model
 * checks nothing there; check.sh runs them all.
 */

/* the word's bits */
bool outstanding, stop, backtrace, leaving;

bool pending;		/* event raised, not delivered yet */
bool handling;		/* the handler looks for requests */
bool in_event;		/* from delivery to completion, or parked in it */
bool ipi_backtrace, ipi_stop;
bool stopped, off;
bool wanted;		/* the bit in the backtrace mask */
bool untaken;		/* it has not taken the backtrace IPI */
bool promised_backtrace, promised_stop;
bool panicking;

inline do_backtrace()
{
	atomic { wanted = false; promised_backtrace = false }
}

/* sdei_event_signal(); firmware refuses at will */
inline request(what, promise)
{
	atomic {
		if
		:: leaving -> old = true; refused = true
		:: else ->
			old = outstanding;
			refused = false;
			what = true;
			outstanding = true
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
			outstanding = false; refused = true;
			promised_stop = false; promised_backtrace = false
		   }
		fi
	fi;
	atomic {
		if
		:: !refused && outstanding && what -> promise = true
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
			:: do_stop && stopped -> promised_stop = false; promised_backtrace = false
			:: !do_stop && do_bt -> do_backtrace()
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
				:: !again -> outstanding = false; handling = false
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
		untaken = false;		/* cross_nmi_backtrace_taken() */
		do_backtrace()
	:: atomic { ipi_stop -> ipi_stop = false; was = stopped };
		if
		:: was -> skip
		:: else -> break
		fi
	od;
	/* stop_this_cpu() */
#ifndef MUTANT_NO_QUIESCE
	leaving = true;
	if
	:: !outstanding -> skip			/* perhaps because it arrived */
	:: outstanding -> goto end_parked	/* the wait is over */
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
		untaken = true;			/* cross_nmi_backtrace_begin() */
		ipi_backtrace = true;
		/* the IPI's time is up, or it was taken */
		if
		:: untaken && !panicking -> request(backtrace, promised_backtrace)
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
