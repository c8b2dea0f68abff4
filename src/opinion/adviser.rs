//! Asking within limits: so long, and so many at once, that no reply waits for an opinion longer than it is worth.

use super::{OpinionError, Question, SecondOpinion};
use crate::reading::Opinion;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Questions under way at once, at most: when the other side is slow, replies do not queue up behind it.
const MOST: usize = 8;

/// A second opinion with the limits under which it is asked.
#[derive(Clone)]
pub struct Adviser {
    reader: Arc<dyn SecondOpinion>,
    limit: Duration,
    free: Arc<Semaphore>,
}

impl Adviser {
    /// Asks `reader`, and waits no longer than `limit`.
    #[must_use]
    pub fn new(reader: Arc<dyn SecondOpinion>, limit: Duration) -> Self {
        Self { reader, limit, free: Arc::new(Semaphore::new(MOST)) }
    }

    /// Whom it asks.
    #[must_use]
    pub fn name(&self) -> &str {
        self.reader.name()
    }

    /// What the other reader makes of a reply.
    ///
    /// # Errors
    /// When it fails, is late, or too many are being asked already.
    pub async fn ask(&self, question: &Question) -> Result<Opinion, OpinionError> {
        let _turn = self.free.try_acquire().map_err(|_| OpinionError::Busy)?;
        tokio::time::timeout(self.limit, self.reader.ask(question)).await.unwrap_or(Err(OpinionError::Late))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Intent, Language};
    use crate::opinion::{Answering, Known};

    /// Answers at once, or never.
    struct Other(bool);

    impl SecondOpinion for Other {
        fn name(&self) -> &str {
            "other"
        }

        fn ask<'a>(&'a self, _: &'a Question) -> Answering<'a> {
            Box::pin(async {
                if !self.0 {
                    std::future::pending::<()>().await;
                }
                Opinion::new("other", |intent| if intent == Intent::Promise { 1.0 } else { 0.0 })
                    .ok_or(OpinionError::Failed("nothing"))
            })
        }
    }

    fn question() -> Question {
        Question::about("je paie vendredi", &Known::default(), Language::FR, None).expect("a question")
    }

    #[tokio::test]
    async fn an_opinion_is_waited_for_so_long_and_no_longer() {
        let quick = Adviser::new(Arc::new(Other(true)), Duration::from_secs(60));
        assert_eq!(quick.ask(&question()).await.map(|opinion| opinion.by().to_owned()), Ok("other".to_owned()));
        let slow = Adviser::new(Arc::new(Other(false)), Duration::from_millis(5));
        assert_eq!(slow.ask(&question()).await, Err(OpinionError::Late));
    }

    #[tokio::test]
    async fn only_so_many_are_asked_at_once() {
        let adviser = Adviser::new(Arc::new(Other(true)), Duration::from_secs(60));
        let others = adviser.free.acquire_many(u32::try_from(MOST).expect("a few")).await.expect("turns");
        assert_eq!(adviser.ask(&question()).await, Err(OpinionError::Busy));
        drop(others);
        assert!(adviser.ask(&question()).await.is_ok(), "a turn that ended is free again");
    }
}
