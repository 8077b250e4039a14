//! Lets the story happen, each act cold and warm, and keeps what there is to tell.

use super::expected;
use super::hop::Recorder;
use super::site::Site;
use super::stage::Stage;
use super::tale::{Act, Round, Step, Tale, Warmth};
use super::tell::Voice;
use crate::fault::Fault;

/// What was seen, or what is wrong with it.
pub(super) type Seen = Result<String, String>;

/// Lets the story happen.
#[derive(Debug)]
pub(super) struct Narrator {
    pub(super) stage: Stage,
    recorder: Recorder,
    voice: Voice,
    tale: Tale,
}

impl Narrator {
    pub(super) fn new(stage: Stage, recorder: Recorder, voice: Voice) -> Self {
        Self {
            stage,
            recorder,
            voice,
            tale: Tale::default(),
        }
    }

    /// A new part of the story: what is going to happen, and why.
    pub(super) fn step(&mut self, title: &str, story: &str) -> Result<(), Fault> {
        let step = Step {
            title: title.to_owned(),
            story: story.to_owned(),
            acts: Vec::new(),
        };
        self.voice.step(self.tale.steps.len() + 1, &step)?;
        self.tale.steps.push(step);
        Ok(())
    }

    /// Something that a user does: first when nothing is known of the other backend, then once more.
    /// `rpcs` (`component/rpc`) are those that have to go from one backend to the other, in this order.
    pub(super) async fn twice(
        &mut self,
        title: &str,
        rpcs: &[&str],
        act: impl AsyncFn(&Stage, usize) -> Seen,
    ) -> Result<(), Fault> {
        self.stage.forget().await?;
        let act = Act {
            title: title.to_owned(),
            rounds: [
                self.round(Warmth::Cold, rpcs, &act).await,
                self.round(Warmth::Warm, rpcs, &act).await,
            ],
        };
        self.voice.act(&act)?;
        if let Some(step) = self.tale.steps.last_mut() {
            step.acts.push(act);
        }
        Ok(())
    }

    /// Something that is done twice, each time while nobody reaches the second backend, and what is seen
    /// once it is there again. How often A tries meanwhile is chance, so no hops are
    /// expected.
    pub(super) async fn without_b(
        &mut self,
        title: &str,
        meanwhile: impl AsyncFn(&Site, usize) -> Seen,
        afterwards: impl AsyncFn(&Stage, usize) -> Seen,
    ) -> Result<(), Fault> {
        self.stage.forget().await?;
        let mut rounds = Vec::new();
        for warmth in [Warmth::Cold, Warmth::Warm] {
            let number = usize::from(warmth == Warmth::Warm);
            drop(self.recorder.take());
            let began = self.recorder.now();
            let meanwhile = async |site: &Site| meanwhile(site, number).await;
            let before = self.stage.without_b(meanwhile).await?;
            let result = match before {
                Ok(before) => {
                    let after = afterwards(&self.stage, number).await;
                    after.map(|after| format!("{before}; {after}"))
                }
                Err(wrong) => Err(wrong),
            };
            rounds.push(Round {
                warmth,
                hops: self.recorder.take(),
                time: self.recorder.now().saturating_sub(began),
                result,
            });
        }
        let rounds = <[Round; 2]>::try_from(rounds);
        let rounds = rounds.map_err(|_| Fault::failed("two rounds were to be told of"))?;
        let act = Act {
            title: title.to_owned(),
            rounds,
        };
        self.voice.act(&act)?;
        if let Some(step) = self.tale.steps.last_mut() {
            step.acts.push(act);
        }
        Ok(())
    }

    async fn round(
        &self,
        warmth: Warmth,
        rpcs: &[&str],
        act: &impl AsyncFn(&Stage, usize) -> Seen,
    ) -> Round {
        // What belongs to nothing that is told of, such as a connection that ends.
        drop(self.recorder.take());
        let began = self.recorder.now();
        let seen = act(&self.stage, usize::from(warmth == Warmth::Warm)).await;
        let time = self.recorder.now().saturating_sub(began);
        let hops = self.recorder.take();
        let as_expected = expected::check(&hops, warmth, rpcs);
        let result = seen.and_then(|seen| as_expected.map(|()| seen));
        Round {
            warmth,
            hops,
            time,
            result,
        }
    }

    /// The end of the story.
    pub(super) fn end(self) -> (Stage, Tale, Voice) {
        self.recorder.close();
        (self.stage, self.tale, self.voice)
    }
}
