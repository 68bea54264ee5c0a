//! Encrypted connections: whom the generator believes to be the service.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::client::{WebPkiServerVerifier, verify_server_name};
use tokio_rustls::rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature,
};
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::server::ParsedCertificate;
use tokio_rustls::rustls::{
    ClientConfig, DigitallySignedStruct, Error as TlsError, RootCertStore, SignatureScheme,
};

/// Whom the generator believes to be the service when a connection is encrypted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// Whoever this system trusts.
    #[default]
    System,
    /// Whoever has a certificate of one of the authorities in this PEM file, or one of these certificates itself.
    Authorities(PathBuf),
    /// Anybody at the address: for services that made their certificate themselves.
    Anybody,
}

/// What connections to one service are encrypted by.
#[derive(Clone)]
pub(super) struct Tls {
    pub(super) connector: TlsConnector,
    /// The name that the service's certificate has to have.
    pub(super) name: ServerName<'static>,
}

impl Tls {
    /// Reads files: not for asynchronous threads.
    pub(super) fn of(host: &str, trust: &Trust) -> io::Result<Self> {
        let name = host.trim_matches(['[', ']']).to_owned();
        let name = ServerName::try_from(name).map_err(io::Error::other)?;
        let provider = Arc::new(ring::default_provider());
        let who = match trust {
            Trust::System => Who::Known {
                authorities: verifier(system()?, &provider)?,
                named: Vec::new(),
            },
            Trust::Authorities(file) => {
                let named = certificates(file)?;
                Who::Known {
                    authorities: verifier(authorities(&named, file)?, &provider)?,
                    named,
                }
            }
            Trust::Anybody => Who::Anybody,
        };
        let verifier = Arc::new(Verifier {
            algorithms: provider.signature_verification_algorithms,
            who,
        });
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        Ok(Self {
            connector: TlsConnector::from(Arc::new(config)),
            name,
        })
    }
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "TLS to {:?}", self.name)
    }
}

fn verifier(roots: RootCertStore, provider: &Arc<CryptoProvider>) -> io::Result<Arc<dyn ServerCertVerifier>> {
    let built = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone()).build();
    Ok(built.map_err(io::Error::other)?)
}

/// The authorities that this system trusts. Those that it has in a form that nobody can read are passed over.
fn system() -> io::Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        return Err(io::Error::new(
            io::ErrorKind::NotFound,
            "this system has no list of authorities that it trusts (on Debian: the package ca-certificates)",
        ));
    }
    Ok(roots)
}

fn wrong(file: &Path, why: &str) -> io::Error {
    io::Error::other(format!("{}: {why}", file.display()))
}

fn certificates(file: &Path) -> io::Result<Vec<CertificateDer<'static>>> {
    let read = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let read = read.map_err(|error| wrong(file, &error.to_string()))?;
    if read.is_empty() {
        return Err(wrong(file, "there is no certificate in it (PEM)"));
    }
    Ok(read)
}

fn authorities(named: &[CertificateDer<'static>], file: &Path) -> io::Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    for certificate in named {
        let added = roots.add(certificate.clone());
        added.map_err(|error| wrong(file, &error.to_string()))?;
    }
    Ok(roots)
}

/// Looks at certificates. That the other side has the key of its certificate is looked at whoever is believed.
#[derive(Debug)]
struct Verifier {
    algorithms: WebPkiSupportedAlgorithms,
    who: Who,
}

/// Who is believed.
#[derive(Debug)]
enum Who {
    /// Who has a certificate of an authority, or one of those that were named: services with a certificate of their own making
    /// often have one that says it is an authority's, which no other certificate would need.
    Known {
        authorities: Arc<dyn ServerCertVerifier>,
        named: Vec<CertificateDer<'static>>,
    },
    Anybody,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        match &self.who {
            Who::Known { named, .. } if named.iter().any(|named| named == certificate) => {
                verify_server_name(&ParsedCertificate::try_from(certificate)?, name)?;
                Ok(ServerCertVerified::assertion())
            }
            Who::Known { authorities, .. } => {
                authorities.verify_server_cert(certificate, between, name, ocsp, now)
            }
            Who::Anybody => Ok(ServerCertVerified::assertion()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        verify_tls12_signature(message, certificate, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        verify_tls13_signature(message, certificate, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
