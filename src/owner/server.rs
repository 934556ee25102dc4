//! The servers that advice has snippets for, and which of them an answer names.

use crate::exchange::Exchange;

macro_rules! servers {
    ($($(#[doc = $doc:literal])+ $name:ident = $id:literal, $shown:literal;)+) => {
        /// A server or framework that there are snippets for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Server {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Server {
            /// All of them, in the order in which they are shown.
            pub const ALL: &'static [Server] = &[$(Server::$name),+];

            /// The id: the name of its snippets' files.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Server::$name => $id),+ }
            }

            /// The name as its makers write it.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Server::$name => $shown),+ }
            }

            /// The server with this id.
            #[must_use]
            pub fn from_id(id: &str) -> Option<Server> {
                match id { $($id => Some(Server::$name),)+ _ => None }
            }
        }
    };
}

servers! {
    /// Apache httpd.
    Apache = "apache", "Apache httpd";
    /// nginx.
    Nginx = "nginx", "nginx";
    /// Caddy.
    Caddy = "caddy", "Caddy";
    /// Express, on Node.
    Express = "express", "Express";
    /// Flask, in Python.
    Flask = "flask", "Flask";
    /// Django, in Python.
    Django = "django", "Django";
    /// Spring Security, in Java.
    Spring = "spring", "Spring Security";
    /// ASP.NET Core.
    AspNet = "aspnet", "ASP.NET Core";
}

/// What names a server in `X-Powered-By` and `Server`, lower-case; the framework goes before the server in front of it.
const PRODUCTS: &[(&str, Server)] = &[
    ("express", Server::Express),
    ("asp.net", Server::AspNet),
    ("kestrel", Server::AspNet),
    ("microsoft-iis", Server::AspNet),
    ("werkzeug", Server::Flask),
    ("wsgiserver", Server::Django),
    ("caddy", Server::Caddy),
    ("nginx", Server::Nginx),
    ("openresty", Server::Nginx),
    ("apache", Server::Apache),
];

/// Beginnings of the names of cookies that a framework sets by itself, lower-case.
const COOKIES: &[(&str, Server)] = &[
    ("connect.sid", Server::Express),
    (".aspnetcore.", Server::AspNet),
    (".aspnet.", Server::AspNet),
    ("asp.net_sessionid", Server::AspNet),
    ("csrftoken", Server::Django),
    ("sessionid", Server::Django),
    ("jsessionid", Server::Spring),
];

impl Server {
    /// The server that an answer names: by its framework's own cookies first, since what stands in front of it signs the
    /// fields, then by `X-Powered-By`, then by `Server`. `None` where it says nothing, or something else.
    #[must_use]
    pub fn named_by(exchange: &Exchange) -> Option<Server> {
        let set = exchange.set_cookies().iter().map(|it| it.name.as_str());
        let sent = exchange.cookies().unwrap_or_default().iter();
        let cookies = set.chain(sent.map(|it| it.name.as_str()));
        let by_cookie = find(cookies, |name, known| name.starts_with(known), COOKIES);
        let fields = ["x-powered-by", "server"];
        let fields = fields.iter().filter_map(|name| exchange.field(name));
        by_cookie.or_else(|| find(fields, is_product, PRODUCTS))
    }
}

fn find<'a>(
    texts: impl Iterator<Item = &'a str>,
    fits: fn(&str, &str) -> bool,
    table: &[(&str, Server)],
) -> Option<Server> {
    let mut found = texts.filter_map(|text| {
        let text = text.to_ascii_lowercase();
        let row = table.iter().find(|(known, _)| fits(&text, known));
        row.map(|(_, server)| *server)
    });
    found.next()
}

/// Whether a product is named: at the beginning of a word, so that `Apache-Coyote` counts and `MyNginx` does not.
fn is_product(value: &str, known: &str) -> bool {
    value
        .split([' ', ',', '('])
        .any(|word| word.starts_with(known))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::Scene;

    #[test]
    fn servers_are_named_by_their_fields_and_cookies() {
        let by = |name: &str, value: &str| {
            let scene = Scene::get("https://a.example/").answer(401);
            Server::named_by(&scene.field(name, value).exchange())
        };
        assert_eq!(by("server", "nginx/1.26.3"), Some(Server::Nginx));
        assert_eq!(by("server", "Apache/2.4.65 (Debian)"), Some(Server::Apache));
        assert_eq!(
            by("server", "Werkzeug/3.1.3 Python/3.13.5"),
            Some(Server::Flask)
        );
        assert_eq!(by("server", "Caddy"), Some(Server::Caddy));
        assert_eq!(by("x-powered-by", "Express"), Some(Server::Express));
        assert_eq!(by("server", "MyNginx"), None);
        assert_eq!(by("server", "cloudflare"), None);
        assert_eq!(by("date", "nginx"), None);
    }

    #[test]
    fn a_framework_goes_before_the_server_in_front_of_it() {
        let behind = Scene::get("https://a.example/")
            .cookie("JSESSIONID", 40)
            .answer(401)
            .field("server", "nginx")
            .exchange();
        assert_eq!(Server::named_by(&behind), Some(Server::Spring));
        let express = Scene::get("https://a.example/")
            .answer(401)
            .field("server", "nginx")
            .field("x-powered-by", "Express")
            .exchange();
        assert_eq!(Server::named_by(&express), Some(Server::Express));
    }
}
