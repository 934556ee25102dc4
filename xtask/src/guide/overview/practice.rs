//! A checklist for those who build a sign-in, each point with the topics that have snippets for it.

use maud::{Markup, html};
use readmit::owner::Topic;

use crate::guide::layout::rich;
use crate::guide::texts::Texts;

/// A point: the key of its heading, those of its texts, and its topics.
struct Point {
    heading: &'static str,
    texts: &'static [&'static str],
    topics: &'static [Topic],
}

const POINTS: &[Point] = &[
    Point {
        heading: "guide_practice_answer_heading",
        texts: &["guide_practice_answer"],
        topics: &[
            Topic::Challenge,
            Topic::ApiStatus,
            Topic::Preflight,
            Topic::BearerError,
        ],
    },
    Point {
        heading: "guide_practice_back_heading",
        texts: &["guide_practice_back"],
        topics: &[Topic::ReturnTo, Topic::Refusal],
    },
    Point {
        heading: "guide_practice_session_heading",
        texts: &["guide_practice_session"],
        topics: &[
            Topic::SessionCookie,
            Topic::EndSession,
            Topic::EmbeddedCookie,
        ],
    },
    Point {
        heading: "guide_practice_token_heading",
        texts: &[
            "guide_practice_token_1",
            "guide_practice_token_2",
            "guide_practice_token_3",
            "guide_practice_token_4",
            "guide_practice_token_5",
            "guide_practice_token_6",
        ],
        topics: &[Topic::BearerError, Topic::ClockLeeway, Topic::HandoffState],
    },
    Point {
        heading: "guide_practice_form_heading",
        texts: &["guide_practice_form"],
        topics: &[Topic::FormToken, Topic::ReferrerPolicy, Topic::OneTimeLink],
    },
    Point {
        heading: "guide_practice_limit_heading",
        texts: &["guide_practice_limit"],
        topics: &[Topic::RetryAfter, Topic::HeaderSize],
    },
    Point {
        heading: "guide_practice_https_heading",
        texts: &["guide_practice_https"],
        topics: &[Topic::HttpsOnly, Topic::OneHost, Topic::TemporaryRedirect],
    },
    Point {
        heading: "guide_practice_error_heading",
        texts: &["guide_practice_error"],
        topics: &[Topic::Refusal, Topic::PublicParts],
    },
];

/// The page below its title.
pub(super) fn body(texts: &Texts) -> Markup {
    html! {
        p.lead { (rich(&texts.get("guide_practice_lead"))) }
        @for point in POINTS {
            section {
                h2 { (texts.get(point.heading)) }
                @if let [one] = point.texts {
                    p { (rich(&texts.get(one))) }
                } @else {
                    ol { @for key in point.texts { li { (rich(&texts.get(key))) } } }
                }
                ul.links {
                    @for topic in point.topics {
                        li {
                            a href={ "topic-" (topic.as_str()) ".html" } {
                                (texts.of("topic", topic.as_str(), "title"))
                            }
                        }
                    }
                }
            }
        }
    }
}
