//! The snippets for Express: each in a module of its own, all in one process.

use anyhow::{Context as _, Result};
use readmit::owner::Topic;

use super::{Around, Bench, Plan, WORDS};
use crate::servers::process::Running;
use crate::setup::frameworks;

/// What every site has: an application, and its own ways to check passwords and tokens.
const BEFORE: &str = r#"import express from 'express';
const app = express();
export default app;
process.env.SESSION_SECRET = 's3cret-signing-key-snippets';
const isRight = (name, password) => name === 'USER' && password === 'PASSWORD';
const readToken = async (token) => {
  const expired = Object.assign(new Error('jwt expired'), { name: 'TokenExpiredError' });
  if (token === 'TOKEN_OLD') throw expired;
  if (token === 'TOKEN_WEAK') return { sub: 'mira', scope: 'read' };
  if (token === 'TOKEN') return { sub: 'mira', scope: 'read write' };
  throw new Error('invalid signature');
};
"#;

/// What comes behind all routes: everybody may come in.
const AFTER: &str = "
app.use((_request, response) => response.send('in'));
";

/// Starts Node with all sites.
///
/// # Errors
/// Express is not installed, or a file cannot be written.
pub(super) fn start(plans: &[Plan<'_>], bench: Bench<'_>) -> Result<Running> {
    let [node, app] = frameworks::express().context("expected Express to be installed")?;
    let folder = app.parent().context("expected a folder of Express sites")?;
    // Modules look for packages beside themselves.
    std::os::unix::fs::symlink(folder.join("node_modules"), bench.dir.join("node_modules"))?;
    let mut ports = Vec::new();
    for plan in plans {
        let Around {
            before,
            after,
            without,
        } = around(plan.snippet.topic);
        let own: String = match plan.with {
            true => plan.snippet.parts.iter().map(|part| &*part.text).collect(),
            false => without.to_owned(),
        };
        let prelude = WORDS
            .iter()
            .fold(format!("{BEFORE}{before}"), |text, (from, to)| {
                text.replace(from, to)
            });
        let own = own.replace(
            "listen(3000)",
            &format!("listen({}, '127.0.0.1')", plan.port),
        );
        let name = format!("{}-{}.mjs", plan.snippet.topic.as_str(), plan.with);
        std::fs::write(
            bench.dir.join(&name),
            format!("{prelude}{own}{after}{AFTER}"),
        )?;
        if own.contains("listen(") {
            // Such a site listens by itself.
            ports.push((name, 0));
        } else {
            ports.push((name.clone(), plan.port));
            ports.push((name, plan.plain_port));
        }
    }
    std::fs::write(bench.dir.join("sites.json"), serde_json::to_string(&ports)?)?;
    let program = folder.join("snippets.js");
    let (node, program) = (node.to_string_lossy(), program.to_string_lossy());
    let dir = bench.dir.to_string_lossy();
    let port = plans.last().context("expected a site")?.plain_port;
    let command = [&*node, &*program, &*dir];
    Running::start("express", &command, bench.dir.to_owned(), port)
}

/// A session as express-session makes it without a word about its cookie.
const SESSION: &str = r#"import session from 'express-session';
app.set('trust proxy', 1);
app.use(session({ secret: process.env.SESSION_SECRET, resave: false, saveUninitialized: false }));
"#;

/// A sign-in that knows no more than it must, a sign-out, and a part for members.
const SIGN_IN: &str = r#"
app.post('/login', (request, response) => {
  request.session.user = 'mira';
  response.redirect(303, '/private/');
});
app.post('/logout', (request, response) => request.session.destroy(() => response.redirect(303, '/')));
app.get('/private/', (request, response) => (request.session.user ? response.send('in') : response.redirect('/login')));
"#;

fn around(topic: Topic) -> Around {
    match topic {
        Topic::SessionCookie | Topic::EmbeddedCookie => Around {
            without: SESSION,
            after: SIGN_IN,
            ..Around::default()
        },
        Topic::RetryAfter => Around {
            after: "app.post('/login', (request, response) => response.sendStatus(422));\n",
            without: r#"
let tries = 0;
app.post('/login', (request, response) => response.sendStatus((tries += 1) > 5 ? 429 : 422));
"#,
            before: "",
        },
        Topic::PublicParts => Around {
            before: SESSION,
            without: "app.use((request, response) => response.redirect('/login'));\n",
            after: "",
        },
        Topic::FormToken => Around {
            before: concat!(
                "import session from 'express-session';\n",
                "app.use(session({ secret: 's3cret', resave: false, saveUninitialized: false }));\n",
                "app.use(express.urlencoded());\n"
            ),
            without: "app.post('/comments', (request, response) => response.sendStatus(403));\n",
            after: "",
        },
        Topic::TemporaryRedirect => Around {
            without: "app.get('/start', (request, response) => response.redirect(301, '/private/'));\n",
            ..Around::default()
        },
        Topic::HandoffState => Around {
            before: "const finish = async () => {};\n",
            ..Around::default()
        },
        Topic::OneTimeLink => Around {
            before: r#"
const links = new Set(['s3cret-link-snippets']);
const take = async (token) => links.delete(token);
"#,
            without: r#"
app.get('/confirm', async (request, response) => {
  response.status((await take(request.query.token)) ? 200 : 410).send('<button>');
});
"#,
            after: "",
        },
        Topic::ReturnTo | Topic::ApiStatus => Around {
            before: SESSION,
            after: SIGN_IN,
            without: "",
        },
        Topic::Refusal => Around {
            before: concat!(
                "import session from 'express-session';\n",
                "app.use(session({ secret: 's3cret', resave: false, saveUninitialized: false }));\n",
                "const isAllowed = (name, part) => part !== 'admin';\n"
            ),
            after: SIGN_IN,
            without: "app.use('/admin', (request, response) => response.sendStatus(403));\n",
        },
        Topic::Preflight => Around {
            after: r#"
app.use('/api', (request, response, next) => {
  if (request.get('Authorization')) return next();
  response.set('WWW-Authenticate', 'Basic realm="Members"').sendStatus(401);
});
"#,
            ..Around::default()
        },
        Topic::EndSession => Around {
            before: r#"import session from 'express-session';
app.set('trust proxy', 1);
const cookie = { path: '/', secure: true, httpOnly: true, sameSite: 'lax' };
const settings = { name: '__Host-sid', secret: process.env.SESSION_SECRET, resave: false, saveUninitialized: false };
app.use(session({ ...settings, cookie }), express.urlencoded());
"#,
            after: SIGN_IN,
            without: "",
        },
        Topic::Challenge => Around {
            without: "app.use('/private', (_request, response) => response.sendStatus(401));\n",
            ..Around::default()
        },
        _ => Around::default(),
    }
}
