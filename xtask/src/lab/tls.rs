//! The lab's certificate authority and the certificate of its https hosts, made anew at each start.

use std::sync::Arc;

use anyhow::Context as _;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::PrivatePkcs8KeyDer;

/// The authority's certificate for a browser's profile, and what the https server needs.
pub(super) struct Tls {
    /// The authority's certificate, PEM.
    pub(super) ca_pem: String,
    /// The certificate of all hosts, PEM.
    pub(super) leaf_pem: String,
    /// Its key, PEM.
    pub(super) key_pem: String,
    /// Configuration with one certificate for all hosts; HTTP/1.1 only.
    pub(super) config: Arc<ServerConfig>,
}

/// Makes an authority and, signed by it, one certificate for these hosts.
///
/// # Errors
/// A host name that no certificate can carry.
pub(super) fn make(hosts: &[&str]) -> anyhow::Result<Tls> {
    let authority_key = KeyPair::generate()?;
    let mut authority = CertificateParams::new(Vec::<String>::new())?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    authority
        .distinguished_name
        .push(DnType::CommonName, "Readmit lab");
    let ca_pem = authority.self_signed(&authority_key)?.pem();
    let issuer = Issuer::new(authority, authority_key);

    let names: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
    let key = KeyPair::generate()?;
    let mut leaf =
        CertificateParams::new(names).context("expected host names for a certificate")?;
    leaf.distinguished_name
        .push(DnType::CommonName, "Readmit lab host");
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    leaf.use_authority_key_identifier_extension = true;
    let certificate = leaf.signed_by(&key, &issuer)?;

    let key_pem = key.serialize_pem();
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        )?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Tls {
        ca_pem,
        leaf_pem: certificate.pem(),
        key_pem,
        config: Arc::new(config),
    })
}
