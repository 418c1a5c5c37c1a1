//! Runs: claimed, recorded, and only then started; their end comes back as an event. What an earlier
//! life left is reported and never started again.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;
use uuid::Uuid;

use super::answer::About;
use super::core::Server;
use super::point::Point;
use super::prober;
use crate::logic::audit;
use crate::logic::command;
use crate::logic::event::{Ended, Event};
use crate::logic::finding::{About as Probed, Report, shown};
use crate::logic::hint::{self, Hint};
use crate::logic::outcome::{Ending, Outcome};
use crate::logic::policy::Permit;
use crate::logic::run::Run;

impl Server {
    /// Begins a run that was permitted, once for whoever asks.
    pub(super) fn begin(self: &Arc<Self>, run: Run, permit: Permit, correlation: Uuid) {
        let span = tracing::info_span!(
            "run",
            correlation.id = %correlation,
            run.id = %run.id,
            probe.id = %run.probe,
        );
        let token = self.token(run.id);
        let server = Arc::clone(self);
        let carried_out = async move { server.carry_out(run, permit, correlation, token).await };
        self.work.spawn(carried_out.instrument(span));
    }

    async fn carry_out(
        self: Arc<Self>,
        run: Run,
        permit: Permit,
        correlation: Uuid,
        token: CancellationToken,
    ) {
        let begun = Instant::now();
        let id = run.id;
        let about = of(&run, correlation);
        let probe = run.probe.to_string();
        self.hint(&run.place, hint::running(&run));
        let executed = self.execute(&run, &permit, (token, &about)).await;
        self.hint(&run.place, Hint::Over);
        let event = match executed {
            Ok(Some(ended)) => Event::Ended(Box::new(ended)),
            Ok(None) => return,
            Err(why) => {
                tracing::warn!(why = %why, "a run was not started");
                Event::NotStarted {
                    run: Box::new(run),
                    why,
                }
            }
        };
        let took = begun.elapsed();
        metrics::histogram!("bot502_probe_seconds", "probe" => probe).record(took);
        tracing::info!(duration_ms = took.as_millis(), "a run is over");
        (self.parts.points)(Point::Over);
        self.decide(event, &about).await;
        (self.parts.points)(Point::Reported);
        self.forget(id);
    }

    /// Claims, records, runs and reads. `None` where somebody else claimed it; an error where nothing
    /// ran.
    async fn execute(
        self: &Arc<Self>,
        run: &Run,
        permit: &Permit,
        (token, about): (CancellationToken, &About),
    ) -> Result<Option<Ended>, String> {
        if token.is_cancelled() {
            return Err("it was stopped before it started".to_owned());
        }
        match self.parts.store.claim(run.id).await {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(error) => return Err(error.to_string()),
        }
        (self.parts.points)(Point::Claimed);
        self.record(audit::Event::intent(
            run.id,
            permit,
            &self.parts.prober.program(),
        ))
        .await?;
        (self.parts.points)(Point::Recorded);
        let prober = Arc::clone(&self.parts.prober);
        let leave = permit.clone();
        let (tells, printed) = watch::channel(0);
        // A task of its own: a mistake of ours in it loses the run and not the report of it.
        let running = async move { prober.run(&leave, token, &tells).await };
        let running = tokio::spawn(running.in_current_span());
        (self.parts.points)(Point::Running);
        let ran = tokio::select! {
            ran = running => ran.unwrap_or_else(|_| prober::Ran {
                outcome: Arc::new(Outcome::lost("the task that ran it is gone")),
                shared: false,
            }),
            never = self.tell_progress(run, permit, (printed, about)) => match never {},
        };
        let counted = if ran.outcome.ending.is_success() {
            "well"
        } else {
            "badly"
        };
        metrics::counter!(
            "bot502_probes_total", "probe" => run.probe.to_string(), "ended" => counted
        )
        .increment(1);
        self.read(run, permit, ran).await.map(Some)
    }

    /// Says in the place of a run's message how far it is, again and again.
    async fn tell_progress(
        self: &Arc<Self>,
        run: &Run,
        permit: &Permit,
        (printed, about): (watch::Receiver<u64>, &About),
    ) -> Infallible {
        let (begun, every) = (Instant::now(), self.parts.limits.progress_every);
        if every.is_zero() {
            return std::future::pending().await;
        }
        loop {
            tokio::time::sleep(every).await;
            let bytes = *printed.borrow();
            let effect = command::probe::progress(run, permit, begun.elapsed(), bytes);
            self.tell(vec![effect], about).await;
            // A platform may take away after a while what is not said again.
            self.hint(&run.place, hint::running(run));
        }
    }

    /// Writes an entry of the audit; where that fails, nothing may run.
    async fn record(&self, event: audit::Event) -> Result<(), String> {
        let audit = Arc::clone(&self.parts.audit);
        let written =
            tokio::task::spawn_blocking(move || audit.append(event, Timestamp::now()).map(drop));
        match written.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => {
                tracing::error!(error = %error, "the audit cannot be written");
                Err("the audit cannot be written, and what is not recorded is not run".to_owned())
            }
            Err(_) => Err("the audit cannot be written".to_owned()),
        }
    }

    /// Reads what a run printed, redacted, against the causes in force.
    async fn read(&self, run: &Run, permit: &Permit, ran: prober::Ran) -> Result<Ended, String> {
        let snapshot = self.parts.live.get();
        let redactor = Arc::clone(&self.parts.redactor);
        let (run, permit) = (run.clone(), permit.clone());
        let read = tokio::task::spawn_blocking(move || {
            let title = snapshot
                .catalogue
                .get(permit.probe())
                .map_or("", |probe| probe.title.as_str());
            let about = Probed {
                probe: permit.probe().as_str(),
                title,
                target: permit.target(),
                argv: permit.argv(),
                shared: ran.shared,
            };
            let shown = shown(&ran.outcome, &redactor);
            let report = Report::of(&about, &ran.outcome, &shown, &snapshot.causes);
            let ran = audit::Ran::of(run.id, &ran.outcome, &report);
            Ended { run, report, ran }
        });
        let unread = "it ran, and what it printed could not be read";
        read.await.map_err(|_| unread.to_owned())
    }

    /// Reports the runs that an earlier life left behind. None is started again.
    pub(super) async fn report_interrupted(self: &Arc<Self>) {
        let mut tries = 0;
        let left = loop {
            match self.parts.store.left_behind().await {
                Ok(left) => break left,
                Err(_) if self.wait(tries).await => tries += 1,
                Err(_) => return,
            }
        };
        for left in left {
            (self.parts.points)(Point::Interrupting);
            tracing::warn!(run.id = %left.run.id, "a run was interrupted by a restart");
            let about = of(&left.run, left.correlation);
            let run = Box::new(left.run);
            let event = match left.was_claimed {
                true => Event::Interrupted { run },
                false => Event::NotStarted {
                    run,
                    why: "the program was restarted before it could start".to_owned(),
                },
            };
            self.decide(event, &about).await;
        }
    }
}

fn of(run: &Run, correlation: Uuid) -> About {
    About {
        correlation,
        answers: None,
        platform: Some(run.place.platform),
        person: None,
    }
}

impl Outcome {
    /// Makes the outcome of a run whose end was not seen.
    fn lost(why: &str) -> Self {
        Self {
            ending: Ending::Lost {
                reason: why.to_owned(),
            },
            stdout: crate::logic::outcome::Capture::default(),
            stderr: crate::logic::outcome::Capture::default(),
            took: std::time::Duration::ZERO,
            layers: Vec::new(),
            swept: 0,
        }
    }
}
