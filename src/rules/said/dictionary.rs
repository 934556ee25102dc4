//! Words of refusals in other languages, read as the English ones that the topics of `said` know.
//!
//! Only what sites say of passwords, sessions, forms, links, locks and permissions is in it, without accents: enough to
//! understand a refusal, and far from a translation. The first word of a phrase finds it, the longest phrase wins.

/// Phrases without accents in lower case, and what they are read as.
const PHRASES: &[(&str, &str)] = &[
    // German
    ("zeituberschreitung", "timeout"),
    ("anfrage token", "request token"),
    ("sicherheitstoken", "security token"),
    ("sicherheits token", "security token"),
    ("fehlendes", "missing"),
    ("mussen sich anmelden", "must log in"),
    ("mussen angemeldet sein", "must be logged in"),
    ("nicht angemeldet", "not logged in"),
    ("bitte anmelden", "please log in"),
    ("neu anmelden", "log in again"),
    ("anfragen", "requests"),
    ("bestatigungscode", "verification code"),
    ("sicherheitscode", "security code"),
    ("nicht berechtigt", "permission denied"),
    ("passwort", "password"),
    ("kennwort", "password"),
    ("passworter", "password"),
    ("zugangsdaten", "credentials"),
    ("anmeldedaten", "credentials"),
    ("benutzername", "username"),
    ("benutzernamen", "username"),
    ("benutzer", "user"),
    ("falsch", "wrong"),
    ("falsches", "wrong"),
    ("ungultig", "invalid"),
    ("ungueltig", "invalid"),
    ("ungultige", "invalid"),
    ("ungultiges", "invalid"),
    ("nicht korrekt", "incorrect"),
    ("nicht richtig", "incorrect"),
    ("inkorrekt", "incorrect"),
    ("abgelaufen", "expired"),
    ("abgelaufene", "expired"),
    ("beendet", "ended"),
    ("sitzung", "session"),
    ("sitzungsdauer", "session"),
    ("formular", "form"),
    ("seite ist abgelaufen", "page has expired"),
    ("konto", "account"),
    ("gesperrt", "locked"),
    ("deaktiviert", "disabled"),
    ("zu viele", "too many"),
    ("versuche", "attempts"),
    ("anmeldeversuche", "login attempts"),
    ("fehlgeschlagene", "failed"),
    ("fehlgeschlagen", "failed"),
    ("zugriff verweigert", "access denied"),
    ("zugang verweigert", "access denied"),
    ("keine berechtigung", "permission denied"),
    ("erneut", "again"),
    ("nochmals", "again"),
    ("noch einmal", "again"),
    ("anmelden", "log in"),
    ("einloggen", "log in"),
    ("melden sie sich", "log in"),
    ("statusinformationen verloren", "state information lost"),
    ("clientzertifikat", "client certificate"),
    ("cookies sind blockiert", "cookies are blocked"),
    ("cookies sind deaktiviert", "cookies are disabled"),
    ("mussen cookies aktiviert sein", "cookies are not enabled"),
    ("keine cookies unterstutzt", "cookies are not supported"),
    ("verwendet", "used"),
    ("neuen", "new"),
    ("neue", "new"),
    ("kein roboter", "not a robot"),
    // French
    ("pas connecte", "not logged in"),
    ("non authentifie", "not authenticated"),
    ("jeton", "token"),
    ("requetes", "requests"),
    ("pas l autorisation", "permission denied"),
    ("pas lautorisation", "permission denied"),
    ("code de verification", "verification code"),
    ("code de securite", "security code"),
    ("mot de passe", "password"),
    ("identifiants", "credentials"),
    ("identifiant", "username"),
    ("nom d utilisateur", "username"),
    ("nom dutilisateur", "username"),
    ("utilisateur", "user"),
    ("incorrects", "incorrect"),
    ("incorrecte", "incorrect"),
    ("invalide", "invalid"),
    ("invalides", "invalid"),
    ("errone", "wrong"),
    ("expire", "expired"),
    ("expiree", "expired"),
    ("formulaire", "form"),
    ("page a expired", "page has expired"),
    ("page a expire", "page has expired"),
    ("lien", "link"),
    ("compte", "account"),
    ("verrouille", "locked"),
    ("bloque", "locked"),
    ("bloquee", "locked"),
    ("desactive", "disabled"),
    ("trop de", "too many"),
    ("trop dechecs", "too many failed"),
    (
        "authentification cas infructueuse",
        "cas authentication failed",
    ),
    ("banni apres", "banned after"),
    ("pas un robot", "not a robot"),
    ("tentatives", "attempts"),
    ("connexion", "login"),
    ("acces refuse", "access denied"),
    ("acces interdit", "access denied"),
    ("nouveau", "again"),
    ("reconnecter", "log in again"),
    ("vous devez vous connecter", "you must log in"),
    ("vous connecter", "log in"),
    ("connectez vous", "log in"),
    ("utilise", "used"),
    ("information d etat perdue", "state information lost"),
    ("information detat perdue", "state information lost"),
    ("certificat client", "client certificate"),
    ("nouvelle", "new"),
    // Spanish
    ("no ha iniciado sesion", "not logged in"),
    ("no eres un robot", "not a robot"),
    ("agotado", "exhausted"),
    ("fallidos", "failed"),
    ("no soy un robot", "not a robot"),
    ("no autenticado", "not authenticated"),
    ("peticiones", "requests"),
    ("solicitudes", "requests"),
    ("no tiene permiso", "permission denied"),
    ("no tiene permisos", "permission denied"),
    ("codigo de verificacion", "verification code"),
    ("token de seguridad", "security token"),
    ("debe iniciar sesion", "must log in"),
    ("contrasena", "password"),
    ("clave", "password"),
    ("credenciales", "credentials"),
    ("usuario", "user"),
    ("incorrecta", "incorrect"),
    ("incorrecto", "incorrect"),
    ("incorrectos", "incorrect"),
    ("invalida", "invalid"),
    ("invalido", "invalid"),
    ("no valida", "invalid"),
    ("no valido", "invalid"),
    ("no es valido", "not valid"),
    ("no es valida", "not valid"),
    ("todavia no es valido", "not yet valid"),
    ("aun no es valido", "not yet valid"),
    ("caducado", "expired"),
    ("caducada", "expired"),
    ("ha expirado", "expired"),
    ("expirado", "expired"),
    ("expirada", "expired"),
    ("sesion", "session"),
    ("se ha cerrado", "ended"),
    ("formulario", "form"),
    ("enlace", "link"),
    ("cuenta", "account"),
    ("bloqueado", "locked"),
    ("bloqueada", "locked"),
    ("desactivada", "disabled"),
    ("demasiados", "too many"),
    ("demasiadas", "too many"),
    ("intentos", "attempts"),
    ("fallidos", "failed"),
    ("acceso denegado", "access denied"),
    ("otra vez", "again"),
    ("de nuevo", "again"),
    ("nuevo", "new"),
    ("nueva", "new"),
    ("iniciar session", "log in"),
    ("inicie session", "log in"),
    ("iniciar sesion", "log in"),
    ("inicie sesion", "log in"),
    ("inicia sesion", "log in"),
    ("utilizado", "used"),
    ("certificado de cliente", "client certificate"),
    // Portuguese
    ("nao e um robo", "not a robot"),
    ("nao sou um robo", "not a robot"),
    ("nao autenticado", "not authenticated"),
    ("faca login", "please log in"),
    ("requisicoes", "requests"),
    ("nao tem permissao", "permission denied"),
    ("senha", "password"),
    ("credenciais", "credentials"),
    ("incorreta", "incorrect"),
    ("incorreto", "incorrect"),
    ("errada", "wrong"),
    ("ainda nao e valido", "not yet valid"),
    ("expirou", "expired"),
    ("sessao", "session"),
    ("conta", "account"),
    ("muitas", "too many"),
    ("tentativas", "attempts"),
    ("malsucedidas", "failed"),
    ("acesso negado", "access denied"),
    ("novamente", "again"),
    ("nova", "new"),
    ("novo", "new"),
    ("utilizado", "used"),
    // Italian
    ("non sei un robot", "not a robot"),
    ("sito bloccato", "site blocked"),
    ("non sono un robot", "not a robot"),
    ("non autenticato", "not authenticated"),
    ("richieste", "requests"),
    ("token di sicurezza", "security token"),
    ("credenziali", "credentials"),
    ("utente", "user"),
    ("errata", "wrong"),
    ("errato", "wrong"),
    ("errate", "wrong"),
    ("non corretta", "incorrect"),
    ("non corretto", "incorrect"),
    ("non valida", "invalid"),
    ("non valido", "invalid"),
    ("non valide", "invalid"),
    ("scaduta", "expired"),
    ("scaduto", "expired"),
    ("sessione", "session"),
    ("modulo", "form"),
    ("collegamento", "link"),
    ("bloccato", "locked"),
    ("troppi", "too many"),
    ("tentativi", "attempts"),
    ("falliti", "failed"),
    ("accesso negato", "access denied"),
    ("di nuovo", "again"),
    ("nuovo", "new"),
    ("nuovamente", "again"),
    ("effettuare il login", "log in"),
    // Dutch
    ("geen robot", "not a robot"),
    ("niet ingelogd", "not logged in"),
    ("verzoeken", "requests"),
    ("geen toestemming", "permission denied"),
    ("wachtwoord", "password"),
    ("inloggegevens", "credentials"),
    ("gebruikersnaam", "username"),
    ("gebruiker", "user"),
    ("onjuist", "incorrect"),
    ("onjuiste", "incorrect"),
    ("ongeldig", "invalid"),
    ("ongeldige", "invalid"),
    ("verlopen", "expired"),
    ("sessie", "session"),
    ("formulier", "form"),
    ("geblokkeerd", "locked"),
    ("vergrendeld", "locked"),
    ("te veel", "too many"),
    ("pogingen", "attempts"),
    ("mislukte", "failed"),
    ("toegang geweigerd", "access denied"),
    ("opnieuw", "again"),
    ("inloggen", "log in"),
    // Polish
    ("nie jestes robotem", "not a robot"),
    ("nie jestem robotem", "not a robot"),
    ("nie masz uprawnien", "permission denied"),
    ("zbyt wiele", "too many"),
    ("prob", "attempts"),
    ("haslo", "password"),
    ("nieprawidlowe", "invalid"),
    ("nieprawidlowy", "invalid"),
    ("bledne", "wrong"),
    ("sesja", "session"),
    ("wygasla", "expired"),
    ("wygasl", "expired"),
    ("konto zostalo zablokowane", "account locked"),
    ("odmowa dostepu", "access denied"),
    ("ponownie", "again"),
    ("zaloguj", "log in"),
    // Turkish
    ("cok fazla", "too many"),
    ("yetkiniz yok", "permission denied"),
    ("sifre", "password"),
    ("sifreniz", "password"),
    ("parola", "password"),
    ("hatali", "wrong"),
    ("yanlis", "wrong"),
    ("oturum", "session"),
    ("oturumunuz", "session"),
    ("sonlandi", "ended"),
    ("sonlandirilmistir", "ended"),
    ("suresi doldu", "expired"),
    ("hesabiniz", "account"),
    ("kilitlendi", "locked"),
    ("kilitlenmistir", "locked"),
    ("hesap", "account"),
    ("erisim engellendi", "access denied"),
    ("tekrar", "again"),
    ("yeniden", "again"),
    ("giris yapin", "log in"),
    // Russian
    ("не робот", "not a robot"),
    ("не авторизован", "not authenticated"),
    ("требуется авторизация", "authentication required"),
    ("запросов", "requests"),
    ("нет доступа", "access denied"),
    ("недостаточно прав", "insufficient permissions"),
    ("токен", "token"),
    ("недеиствителен", "invalid"),
    ("пароль", "password"),
    ("неверныи", "wrong"),
    ("неверное", "wrong"),
    ("сессия", "session"),
    ("сессии", "session"),
    ("сеанс", "session"),
    ("истек", "expired"),
    ("истекла", "expired"),
    ("истекло", "expired"),
    ("ссылка", "link"),
    ("учетная запись", "account"),
    ("заблокирована", "locked"),
    ("заблокирован", "locked"),
    ("слишком много", "too many"),
    ("попыток", "attempts"),
    ("доступ запрещен", "access denied"),
    ("ограничен", "restricted"),
    ("снова", "again"),
    ("воидите", "log in"),
    // Invitations, in the languages above.
    ("convite", "invitation"),
    ("einladung", "invitation"),
    ("invitacion", "invitation"),
    ("invito", "invitation"),
];

/// Parts of texts that are written without spaces, and what they are read as.
const PARTS: &[(&str, &str)] = &[
    // What has a shorter one in it stands first.
    ("다른 계정", "another account"),
    ("別のアカウント", "another account"),
    ("其他账号", "another account"),
    // Japanese
    ("ログインしてください", "please log in"),
    ("認証が必要", "authentication required"),
    ("権限がありません", "permission denied"),
    ("リクエストが多すぎ", "too many requests"),
    ("パスワード", "password"),
    ("ユーザー名", "username"),
    ("正しくありません", "incorrect"),
    ("間違って", "wrong"),
    ("無効", "invalid"),
    ("セッション", "session"),
    ("タイムアウト", "timeout"),
    ("有効期限が切れ", "expired"),
    ("期限切れ", "expired"),
    ("アカウント", "account"),
    ("ロックされ", "locked"),
    ("試行回数", "too many attempts"),
    ("アクセスが拒否", "access denied"),
    ("もう一度", "again"),
    ("再度", "again"),
    ("ログイン", "log in"),
    ("リンク", "link"),
    ("ロボットではな", "not a robot"),
    ("ページは閲覧期限が切れ", "page expired"),
    // Chinese
    ("人机", "human verification"),
    ("真人", "human verification"),
    ("不是机器人", "not a robot"),
    ("异常请求", "unusual traffic"),
    ("访问被拦截", "request blocked"),
    ("请求被拦截", "request blocked"),
    ("访问被阻断", "request blocked"),
    ("签名过期", "signature expired"),
    ("请先登录", "please log in"),
    ("请登录", "please log in"),
    ("未登录", "not logged in"),
    ("没有权限", "permission denied"),
    ("无权限", "permission denied"),
    ("无权访问", "access denied"),
    ("权限不足", "insufficient permissions"),
    ("登录超时", "session timeout"),
    ("登录已过期", "session expired"),
    ("令牌", "token"),
    ("请求过于频繁", "too many requests"),
    ("操作频繁", "too many requests"),
    ("表单验证串不符", "csrf token mismatch"),
    ("密码", "password"),
    ("密碼", "password"),
    ("用户名", "username"),
    ("错误", "wrong"),
    ("錯誤", "wrong"),
    ("不正确", "incorrect"),
    ("会话", "session"),
    ("登录状态", "session"),
    ("已过期", "expired"),
    ("已失效", "expired"),
    ("超时", "timeout"),
    ("账号", "account"),
    ("账户", "account"),
    ("帐户", "account"),
    ("帐号", "account"),
    ("锁定", "locked"),
    ("拒绝访问", "access denied"),
    ("重新", "again"),
    ("登录", "log in"),
    ("链接", "link"),
    // Korean
    ("로그인이 필요", "login required"),
    ("로봇이 아", "not a robot"),
    ("권한이 없", "permission denied"),
    ("요청이 너무 많", "too many requests"),
    ("비밀번호", "password"),
    ("일치하지 않", "incorrect"),
    ("잘못", "wrong"),
    ("세션", "session"),
    ("만료", "expired"),
    ("계정", "account"),
    ("잠겼", "locked"),
    ("다시", "again"),
    ("로그인", "log in"),
    ("차단", "blocked"),
    ("IP에서", "IP"),
    ("IP 주소", "IP"),
    ("IPアドレス", "IP"),
    ("ブロックされ", "blocked"),
    ("IP地址", "IP"),
    ("被封禁", "blocked"),
];

/// A text with the parts of languages without spaces read as English words, each between spaces.
pub(super) fn apart(text: &str) -> String {
    // From U+3040 on: kana, CJK, hangul.
    if !text.chars().any(|c| c >= '\u{3040}') {
        return text.to_owned();
    }
    let mut text = text.to_owned();
    for (part, read) in PARTS {
        if text.contains(part) {
            text = text.replace(part, &format!(" {read} "));
        }
    }
    text
}

/// A letter without its accent, in lower case.
pub(super) fn plain(c: char) -> char {
    let lower = c.to_lowercase().next().unwrap_or(c);
    match lower {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ě' => 'e',
        'ì' | 'í' | 'î' | 'ï' | 'ı' => 'i',
        'й' => 'и',
        'ё' => 'е',
        'ł' => 'l',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => 'o',
        'ğ' => 'g',
        'ś' | 'š' | 'ş' => 's',
        'ù' | 'ú' | 'û' | 'ü' | 'ů' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        other => other,
    }
}

/// Words with the known phrases among them read in English.
pub(super) fn in_english(words: Vec<String>) -> Vec<String> {
    let mut english = Vec::with_capacity(words.len());
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let rest = words.get(at..).unwrap_or_default();
        let fits = |phrase: &str| {
            let mut parts = phrase.split(' ').zip(rest);
            phrase.split(' ').count() <= rest.len() && parts.all(|(part, word)| part == word)
        };
        let longest = PHRASES
            .iter()
            .filter(|(phrase, _)| phrase.starts_with(word.as_str()) && fits(phrase))
            .max_by_key(|(phrase, _)| phrase.len());
        match longest {
            Some((phrase, read)) => {
                english.extend(read.split(' ').map(str::to_owned));
                at += phrase.split(' ').count();
            }
            None => {
                english.push(word.clone());
                at += 1;
            }
        }
    }
    english
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        let words = apart(text)
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(|word| word.chars().map(plain).collect())
            .collect();
        in_english(words).join(" ")
    }

    #[test]
    fn refusals_are_read_in_english() {
        for (text, wanted) in [
            ("Sitzung abgelaufen", "session expired"),
            ("Mot de passe invalide", "password invalid"),
            ("Su sesión ha caducado", "su session ha expired"),
            ("La página no es válida", "la pagina not valid"),
            ("Accesso negato", "access denied"),
            ("Muitas tentativas", "too many attempts"),
            (
                "セッションがタイムアウトしました",
                "session が timeout しました",
            ),
            ("会话已过期", "session expired"),
        ] {
            assert_eq!(read(text), wanted, "{text}");
        }
    }

    #[test]
    fn english_stays_as_it_is() {
        let text = "the page you asked for is gone and the form was not sent";
        assert_eq!(read(text), text);
    }

    #[test]
    fn every_phrase_can_be_found() {
        for (phrase, _) in PHRASES {
            let plain: String = phrase.chars().map(plain).collect();
            assert_eq!(*phrase, plain, "no accents, lower case");
        }
    }
}
