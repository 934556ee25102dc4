//! The two manifests, Chrome's and Firefox's, from the one template `extension/manifest.json`.
//!
//! The template is Chrome's manifest without its version. [`DIFFERENCES`] says all that Firefox's has otherwise,
//! each with its reason; nothing else may differ.

use std::fs;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use crate::tools;

/// A browser family that gets its own package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Chrome, Chromium, Edge and their kin.
    Chrome,
    /// Firefox.
    Firefox,
}

impl Target {
    /// Both targets, in the order they are built.
    pub(crate) const ALL: [Self; 2] = [Self::Chrome, Self::Firefox];

    /// The word that names the target's folder and zip in `dist/`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Chrome => "chrome",
            Self::Firefox => "firefox",
        }
    }
}

/// The extension's id in Chrome: the first 32 hexadecimal digits of the SHA-256 of the manifest's `key`,
/// written with the letters a to p (Chromium `components/crx_file/id_util.cc`).
pub(crate) const CHROME_ID: &str = "maebjfoaagbpcoidocjppompjmjnpekm";

/// The extension's id in Firefox; it may never change once published, or updates would not find it.
pub(crate) const FIREFOX_ID: &str = "readmit@readmit.example";

/// The oldest Firefox: the first ESR with the `publicSuffix` API, and the oldest one the tests run.
const FIREFOX_MINIMUM: &str = "153.0";

/// One place where Firefox's manifest differs from Chrome's.
pub(crate) struct Difference {
    /// Where: the JSON pointer of the object or array that differs (RFC 6901).
    parent: &'static str,
    /// Which member, or which element, of it.
    member: &'static str,
    /// How it differs.
    change: Change,
    /// What Mozilla's linter says of Chrome's package because of this difference, as `errors CODE` or
    /// `warnings CODE`. See [`crate::lint`].
    pub(crate) lint: &'static [&'static str],
}

/// How one place differs in Firefox's manifest.
enum Change {
    /// The member or element is Chrome's alone.
    Removed,
    /// The member is Firefox's alone.
    Added(fn() -> Value),
}

/// Every difference between the two manifests, with its reason.
pub(crate) const DIFFERENCES: &[Difference] = &[
    // The key keeps the id of the unpacked extension the same on every machine; Firefox takes its id from
    // `browser_specific_settings` below.
    // https://developer.chrome.com/docs/extensions/reference/manifest/key
    Difference {
        parent: "",
        member: "key",
        change: Change::Removed,
        lint: &[],
    },
    // https://developer.chrome.com/docs/extensions/reference/manifest/minimum-chrome-version
    Difference {
        parent: "",
        member: "minimum_chrome_version",
        change: Change::Removed,
        lint: &[],
    },
    // Firefox has no background service workers (https://bugzilla.mozilla.org/show_bug.cgi?id=1573659): it runs
    // the same module as an event page. Its linter wants `scripts` beside any `service_worker`.
    Difference {
        parent: "/background",
        member: "service_worker",
        change: Change::Removed,
        lint: &["errors BACKGROUND_SERVICE_WORKER_NOFALLBACK"],
    },
    Difference {
        parent: "/background",
        member: "scripts",
        change: Change::Added(|| json!(["background.js"])),
        lint: &[],
    },
    // Firefox has no `contentSettings` API
    // (https://developer.mozilla.org/docs/Mozilla/Add-ons/WebExtensions/Chrome_incompatibilities).
    Difference {
        parent: "/optional_permissions",
        member: "contentSettings",
        change: Change::Removed,
        lint: &["warnings MANIFEST_OPTIONAL_PERMISSIONS"],
    },
    // A fixed id is required in MV3, and so is a word on data collection: there is none
    // (https://extensionworkshop.com/documentation/develop/firefox-builtin-data-consent/).
    Difference {
        parent: "",
        member: "browser_specific_settings",
        change: Change::Added(gecko),
        lint: &[
            "errors ADDON_ID_REQUIRED",
            "warnings MISSING_DATA_COLLECTION_PERMISSIONS",
        ],
    },
];

fn gecko() -> Value {
    json!({ "gecko": {
        "id": FIREFOX_ID,
        "strict_min_version": FIREFOX_MINIMUM,
        "data_collection_permissions": { "required": ["none"] },
    } })
}

/// The manifest of one target, ready to be written.
///
/// # Errors
///
/// When the template cannot be read or lacks a place that [`DIFFERENCES`] names.
pub(crate) fn manifest(target: Target) -> Result<Value> {
    let path = tools::root().join("extension/manifest.json");
    let text = fs::read_to_string(&path)
        .with_context(|| format!("expected to read {}", path.display()))?;
    let template = serde_json::from_str(&text)
        .with_context(|| format!("expected JSON in {}", path.display()))?;
    derive(template, target)
}

fn derive(mut manifest: Value, target: Target) -> Result<Value> {
    // The version has one source, the workspace's Cargo.toml.
    manifest["version"] = json!(env!("CARGO_PKG_VERSION"));
    if target == Target::Firefox {
        for difference in DIFFERENCES {
            difference.apply(&mut manifest)?;
        }
    }
    Ok(manifest)
}

impl Difference {
    fn apply(&self, manifest: &mut Value) -> Result<()> {
        let Self { parent, member, .. } = self;
        let place = manifest.pointer_mut(parent);
        let done = match (place, &self.change) {
            (Some(Value::Object(map)), Change::Removed) => map.remove(*member).is_some(),
            (Some(Value::Object(map)), Change::Added(value)) => {
                map.insert((*member).into(), value()).is_none()
            }
            (Some(Value::Array(items)), Change::Removed) => {
                let before = items.len();
                items.retain(|item| item != member);
                items.len() < before
            }
            _ => false,
        };
        if !done {
            bail!(
                "expected the template to allow the change of `{parent}/{member}`, but it does not"
            );
        }
        Ok(())
    }
}

/// The files a manifest names: the build fails where one is not in the package.
///
/// Browsers report a missing icon or popup only when it is used.
pub(crate) fn files(manifest: &Value) -> Vec<&str> {
    let single = [
        "/action/default_popup",
        "/background/service_worker",
        "/options_ui/page",
    ];
    let several = ["/icons", "/action/default_icon", "/background/scripts"];
    let single = single
        .iter()
        .filter_map(|pointer| manifest.pointer(pointer));
    let several = several
        .iter()
        .filter_map(|pointer| manifest.pointer(pointer))
        .flat_map(|value| match value {
            Value::Object(map) => map.values().collect(),
            Value::Array(items) => items.iter().collect(),
            _ => Vec::new(),
        });
    single.chain(several).filter_map(Value::as_str).collect()
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use ring::digest;

    use super::*;

    fn strings(manifest: &Value, pointer: &str) -> Vec<String> {
        let items = manifest
            .pointer(pointer)
            .and_then(Value::as_array)
            .expect("a list");
        items
            .iter()
            .map(|item| item.as_str().expect("a string").to_owned())
            .collect()
    }

    #[test]
    fn the_chrome_id_follows_from_the_key() {
        let chrome = manifest(Target::Chrome).expect("a manifest");
        let key = chrome["key"].as_str().expect("a key");
        let key = base64::engine::general_purpose::STANDARD
            .decode(key)
            .expect("base64");
        let hash = digest::digest(&digest::SHA256, &key);
        let nibbles = hash
            .as_ref()
            .iter()
            .take(16)
            .flat_map(|byte| [byte >> 4, byte & 15]);
        assert_eq!(
            nibbles
                .map(|nibble| char::from(b'a' + nibble))
                .collect::<String>(),
            CHROME_ID
        );
    }

    #[test]
    fn each_browser_gets_its_own_background() {
        let chrome = manifest(Target::Chrome).expect("a manifest");
        let firefox = manifest(Target::Firefox).expect("a manifest");
        assert_eq!(
            chrome["background"],
            json!({ "service_worker": "background.js", "type": "module" })
        );
        assert_eq!(
            firefox["background"],
            json!({ "scripts": ["background.js"], "type": "module" })
        );
    }

    #[test]
    fn chrome_only_permissions_do_not_reach_firefox() {
        let firefox = manifest(Target::Firefox).expect("a manifest");
        assert_eq!(
            strings(&firefox, "/optional_permissions"),
            ["browsingData", "privacy", "notifications"]
        );
        assert_eq!(firefox.get("key"), None);
        assert_eq!(
            firefox["browser_specific_settings"]["gecko"]["id"],
            FIREFOX_ID
        );
    }

    #[test]
    fn a_difference_the_template_does_not_know_is_an_error() {
        let error = derive(json!({ "key": "x", "background": {} }), Target::Firefox)
            .expect_err("no such place");
        assert_eq!(
            error.to_string(),
            "expected the template to allow the change of `/minimum_chrome_version`, but it does not"
        );
    }

    #[test]
    fn the_policy_allows_wasm_and_does_not_upgrade_probes_to_https() {
        for target in Target::ALL {
            let manifest = manifest(target).expect("a manifest");
            let policy = manifest["content_security_policy"]["extension_pages"]
                .as_str()
                .expect("a policy");
            assert_eq!(
                policy,
                "script-src 'self' 'wasm-unsafe-eval'; object-src 'self'"
            );
        }
    }

    #[test]
    fn every_permission_is_explained() {
        let text =
            fs::read_to_string(tools::root().join("PERMISSIONS.md")).expect("PERMISSIONS.md");
        let chrome = manifest(Target::Chrome).expect("a manifest");
        let lists = ["/permissions", "/host_permissions", "/optional_permissions"];
        let asked = lists.map(|list| strings(&chrome, list)).concat();
        let explained: Vec<_> = text
            .lines()
            .filter_map(|line| line.strip_prefix("### `")?.strip_suffix('`'))
            .collect();
        assert_eq!(
            explained, asked,
            "PERMISSIONS.md has one `### ` heading a permission, in the manifest's order"
        );
    }

    #[test]
    fn every_named_file_is_found_in_the_manifest() {
        let firefox = manifest(Target::Firefox).expect("a manifest");
        let files = files(&firefox);
        for name in ["popup/popup.html", "background.js", "icons/readmit-128.png"] {
            assert!(files.contains(&name), "expected {name} in {files:?}");
        }
    }
}
