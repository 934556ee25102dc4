//! How to check a sign-in by hand: DevTools, curl, fetch, Python requests, Postman, Selenium, and the command line.

use maud::{Markup, html};

use crate::guide::layout::{code_block, rich};
use crate::guide::texts::Texts;

const CURL: &str = "# as a stranger: status, WWW-Authenticate, Location, Set-Cookie
curl -sS -i https://example.com/private

# what was sent as well, and every redirect; the answer can be pasted into Diagnose
curl -sSv -L -o /dev/null https://example.com/private

# Basic (curl asks for the password), Bearer, Digest, Negotiate
curl -i -u mira https://example.com/private
curl -i -H \"Authorization: Bearer $TOKEN\" https://example.com/api
curl -i --digest -u mira https://example.com/private
curl -i --negotiate -u : https://example.com/private

# a preflight, as a browser sends it
curl -i -X OPTIONS https://example.com/api \\
  -H 'Origin: https://app.example' -H 'Access-Control-Request-Method: POST' \\
  -H 'Access-Control-Request-Headers: authorization'";

const FETCH: &str = "// in the console of the page
const answer = await fetch(\"/api/me\", {
  credentials: \"omit\", redirect: \"manual\", cache: \"no-store\",
});
console.log(answer.status, answer.headers.get(\"www-authenticate\"), answer.type);
// 0 and \"opaqueredirect\": it was redirected, most often to the sign-in page";

const PYTHON: &str = "import requests

session = requests.Session()
session.trust_env = False  # nothing from ~/.netrc
answer = session.get(\"https://example.com/private\", timeout=10)
for redirect in answer.history:
    print(redirect.status_code, redirect.headers.get(\"Location\"))
print(answer.status_code, answer.headers.get(\"WWW-Authenticate\"))
sent = answer.request.headers
print(\"Authorization\" in sent, \"Cookie\" in sent)

# Basic; for Digest: requests.auth.HTTPDigestAuth(name, password)
session.auth = (\"mira\", password)";

const SELENIUM: &str = "from selenium import webdriver

driver = webdriver.Chrome()  # or webdriver.Firefox()
driver.get(\"https://example.com/\")
ask = \"\"\"
const [address, done] = arguments;
fetch(address, { cache: 'no-store' }).then(a => done(a.status), () => done(0));
\"\"\"
status = driver.execute_async_script(ask, \"/private\")
assert status != 401, \"the session did not hold\"
print([cookie[\"name\"] for cookie in driver.get_cookies()])";

const CLI: &str = "curl -sv https://example.com/private 2>&1 | readmit diagnose -
readmit diagnose recording.har --format json
echo '[\"Basic realm=\\\"Staff\\\", Bearer\"]' | readmit challenge";

/// The page below its title.
pub(super) fn body(texts: &Texts) -> Markup {
    let text = |key: &str| rich(&texts.get(key));
    html! {
        p.lead { (text("guide_check_lead")) }
        section {
            h2 #devtools { (texts.get("guide_check_devtools_heading")) }
            ol {
                li { (text("guide_check_devtools_1")) }
                li { (text("guide_check_devtools_2")) }
                li { (text("guide_check_devtools_3")) }
                li { (text("guide_check_devtools_4")) }
            }
            p { (text("guide_check_devtools_note")) }
        }
        section {
            h2 #curl { (texts.get("guide_check_curl_heading")) }
            p { (text("guide_check_curl")) }
            (code_block(CURL))
        }
        section {
            h2 #fetch { (texts.get("guide_check_fetch_heading")) }
            p { (text("guide_check_fetch")) }
            (code_block(FETCH))
        }
        section {
            h2 #python { (texts.get("guide_check_python_heading")) }
            p { (text("guide_check_python")) }
            (code_block(PYTHON))
        }
        section {
            h2 #postman { (texts.get("guide_check_postman_heading")) }
            ol {
                li { (text("guide_check_postman_1")) }
                li { (text("guide_check_postman_2")) }
                li { (text("guide_check_postman_3")) }
                li { (text("guide_check_postman_4")) }
            }
        }
        section {
            h2 #selenium { (texts.get("guide_check_selenium_heading")) }
            p { (text("guide_check_selenium")) }
            (code_block(SELENIUM))
        }
        section {
            h2 #readmit { (texts.get("guide_check_cli_heading")) }
            p { (text("guide_check_cli")) }
            (code_block(CLI))
        }
        section {
            h2 #stranger { (texts.get("guide_check_strangers_heading")) }
            p { (text("guide_check_strangers")) }
        }
    }
}
