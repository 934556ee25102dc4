//! What the popup draws: message ids and arguments, never text or HTML. Serialised as it stands into session storage.

use serde::{Deserialize, Serialize};

use crate::event::{Browser, Millis, TabId};
use crate::finding::{Args, Confidence, FindingId, Who};
use crate::kept::{kept, kept_enum};
use crate::remedy::{Act, RemedyId, Touches};

/// The state of a tab, as `data-state` shows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nothing is wrong.
    #[default]
    Clear,
    /// Something is worth knowing; the person is not stopped.
    Notice,
    /// The person is stopped.
    Wall,
    /// A remedy is under way.
    Working,
    /// A remedy got the person in.
    Fixed,
    /// The extension may not see this site.
    NoAccess,
}

/// All that the popup needs for one tab.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct View {
    /// The shape of this object; raised when it changes.
    pub schema: u32,
    /// The tab.
    pub tab: TabId,
    /// The registrable domain of the page, or its host.
    pub site: String,
    /// The host of the page.
    pub host: String,
    /// The state.
    pub state: State,
    /// Whether anything of this tab was seen at all; false asks for a reload.
    pub observed: bool,
    /// The family of the browser, for steps that differ.
    pub browser: Option<Browser>,
    /// What is true, most telling first.
    pub findings: Vec<FindingView>,
    /// A failing answer that no rule explains: its status, for the general text `status_<code>` or `status_4xx`, `status_5xx`.
    pub general: Option<General>,
    /// A remedy under way or just finished.
    pub progress: Option<ProgressView>,
    /// What can be put back.
    pub undo: Option<UndoView>,
    /// A sentence about what just happened: message `message_<id>`.
    pub message: Option<MessageView>,
    /// This tab's failures, newest first.
    pub timeline: Vec<Failure>,
    /// Asking as a visitor of whom the site knows nothing would tell more: a button for it (`data-check`).
    pub can_check: bool,
    /// A redacted report in plain technical English, for the site's owner.
    pub report: String,
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FindingView {
    /// Its id. Texts: `finding_<id>_title`, `finding_<id>_why` with `_` for `-`.
    pub id: FindingId,
    /// 1 for the top.
    pub rank: u32,
    /// The status of the answer, where there was one.
    pub status: Option<u16>,
    /// How sure.
    pub confidence: Confidence,
    /// The address, redacted.
    pub url: String,
    /// Worth knowing, though it is not what stops the person.
    pub notice: bool,
    /// Who can act.
    pub who: Who,
    /// Arguments of its texts.
    pub args: Args,
    /// What it rests on. Texts: `evidence_<id>`.
    pub evidence: Vec<EvidenceView>,
    /// What can be done. The first one that was not tried is the primary button.
    pub remedies: Vec<RemedyView>,
}

/// A fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EvidenceView {
    /// Its id.
    pub id: &'static str,
    /// Arguments of its text.
    pub args: Args,
}

/// A remedy. Texts: `remedy_<id>_label` (the button), `remedy_<id>_preview` (what it will touch and do).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RemedyView {
    /// Its id.
    pub id: RemedyId,
    /// The most it touches.
    pub touches: Touches,
    /// Button or item.
    pub act: Act,
    /// Whether it is the one to press.
    pub primary: bool,
    /// Whether it was tried for this wall, without success.
    pub tried: bool,
    /// Arguments of its texts, where they differ from the finding's; `count` is the number of cookies.
    pub args: Args,
    /// The cookies it would remove.
    pub cookies: Vec<CookieView>,
    /// Not before this time (milliseconds since 1970): a countdown.
    pub not_before: Option<Millis>,
    /// The optional permission that the popup must ask for in the same click.
    pub permission: Option<&'static str>,
}

/// A cookie, or a key of the page's storage, in a preview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CookieView {
    /// Its name.
    pub name: String,
    /// Its domain, or the host of its page.
    pub domain: String,
}

/// A failing answer without an explanation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct General {
    /// The status.
    pub status: u16,
    /// The address, redacted.
    pub url: String,
    /// Arguments of its text.
    pub args: Args,
}

/// Where a remedy stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// The browser is removing something.
    Removing,
    /// The page is being opened.
    Opening,
    /// The person signs in now, on the page that is open.
    SigningIn,
    /// It got the person in.
    Done,
}

kept_enum!(Stage {
    Removing,
    Opening,
    SigningIn,
    Done
});

/// A remedy under way. Text: `progress_<stage>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProgressView {
    /// Which remedy.
    pub remedy: RemedyId,
    /// For which finding.
    pub finding: FindingId,
    /// How far.
    pub stage: Stage,
}

/// What can be put back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UndoView {
    /// How many cookies.
    pub count: u32,
    /// Until when.
    pub expires: Millis,
}

/// A sentence about what just happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageView {
    /// `message_<id>` with `_` for `-`: `not-yet`, `you-are-in`, `put-back`, `put-back-partly`, `left-over`, `browser-refused`.
    pub id: &'static str,
    /// Arguments of its text.
    pub args: Args,
}

/// A row of the time line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// When.
    pub time: Millis,
    /// The method.
    pub method: String,
    /// The address, redacted.
    pub url: String,
    /// The status; absent when there was no answer.
    pub status: Option<u16>,
    /// A request of the page rather than the page itself.
    pub background: bool,
    /// The top finding.
    pub finding: Option<FindingId>,
}

kept!(Failure {
    time,
    method,
    url,
    status,
    background,
    finding
});
