//! The servers that advice has snippets for, and which of them an answer names.

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
