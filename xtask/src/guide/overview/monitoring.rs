//! Watching for 401s: what to count, from which log, when to raise an alarm, and the command line as a gate.

use maud::{Markup, html};

use crate::guide::layout::{code_block, rich};
use crate::guide::texts::Texts;

const LOGS: &str = "# 401 and 403 by minute
awk '$9 == 401 || $9 == 403 { print substr($4, 2, 17), $9 }' access.log |
  sort | uniq -c

# the paths with the most 401s
awk '$9 == 401 { sub(/[?].*/, \"\", $7); print $7 }' access.log |
  sort | uniq -c | sort -rn | head

# nginx: whether credentials came, without their values
map $http_authorization $sent_authorization { '' no; default yes; }
map $http_cookie $sent_session { '~*sessionid=' yes; default no; }
log_format refusals '$time_iso8601 $status $request_method $uri '
                    'authorization=$sent_authorization session=$sent_session';";

const CI: &str = "# fails the step when the recorded sign-in has a cause that is certain
readmit diagnose sign-in.har --format json > findings.jsonl || test $? -eq 1
! grep -q '\"confidence\":\"certain\"' findings.jsonl";

const CI_HEAD: &str = "curl -sS -i https://staging.example.com/ | readmit diagnose -";

/// The page below its title.
pub(super) fn body(texts: &Texts) -> Markup {
    let text = |key: &str| rich(&texts.get(key));
    html! {
        p.lead { (text("guide_watch_lead")) }
        section {
            h2 { (texts.get("guide_watch_what_heading")) }
            ul {
                li { (text("guide_watch_what_1")) }
                li { (text("guide_watch_what_2")) }
                li { (text("guide_watch_what_3")) }
                li { (text("guide_watch_what_4")) }
                li { (text("guide_watch_what_5")) }
            }
        }
        section {
            h2 { (texts.get("guide_watch_logs_heading")) }
            p { (text("guide_watch_logs")) }
            (code_block(LOGS))
        }
        section {
            h2 { (texts.get("guide_watch_alert_heading")) }
            p { (text("guide_watch_alert")) }
        }
        section {
            h2 #gate { (texts.get("guide_watch_ci_heading")) }
            p { (text("guide_watch_ci")) }
            (code_block(CI))
            p { (text("guide_watch_ci_head")) }
            (code_block(CI_HEAD))
        }
        section {
            h2 { (texts.get("guide_watch_report_heading")) }
            p { (text("guide_watch_report")) }
        }
        section {
            h2 { (texts.get("guide_watch_audit_heading")) }
            ul {
                li { (text("guide_watch_audit_1")) }
                li { (text("guide_watch_audit_2")) }
                li { (text("guide_watch_audit_3")) }
            }
        }
    }
}
