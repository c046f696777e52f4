//! What to ask for.

use crate::{Reach, Secret, Url};

/// What to ask for.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// How.
    pub method: Method<'a>,
    /// Whom and what.
    pub url: &'a Url,
    /// How near it may be.
    pub reach: Reach,
    /// Headers that no secret is in; they go to whoever the answer leads to.
    pub headers: &'a [(&'static str, String)],
    /// What proves who we are: it goes to this origin and nowhere else.
    pub authorization: Option<&'a Secret>,
    /// Whether it may be sent on, and sent again.
    pub patience: Patience,
    /// Whether it may be sent on to where nothing is encrypted.
    pub plain: Plain,
}

/// What is done about a redirect from where nothing is encrypted to another such place. From where something
/// is, none is ever followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plain {
    /// It is followed: what comes is proved by its digest.
    Followed,
    /// It is followed to hosts that need not prove who they are, as the user said; others are not asked.
    Refused,
}

/// How much is done for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// Redirects are followed, failures tried again.
    Full,
    /// Failures are not tried again: whether anybody answers is the question.
    Once,
    /// Nobody is sent on from here.
    Here,
}

/// How to ask.
#[derive(Debug, Clone, Copy)]
pub enum Method<'a> {
    /// For the headers alone.
    Head,
    /// For all.
    Get,
    /// With a form.
    Post(&'a Secret),
}
