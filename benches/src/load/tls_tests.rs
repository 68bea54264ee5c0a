//! Runs against a service that encrypts, with a certificate of its own making.

use std::sync::Arc;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use super::scripted::{Scripted, complete};
use super::*;
use crate::measured::{Arrivals, LoadReport};

/// What a service at `localhost` encrypts by, and its certificate as PEM.
fn own_certificate() -> (TlsAcceptor, String) {
    made(IsCa::NoCa)
}

fn made(is_ca: IsCa) -> (TlsAcceptor, String) {
    let key_pair = KeyPair::generate().unwrap();
    let mut parameters = CertificateParams::new(["localhost".to_owned()]).unwrap();
    parameters.is_ca = is_ca;
    let own = parameters.self_signed(&key_pair).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key_pair.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own.der().clone()], key)
        .unwrap();
    (TlsAcceptor::from(Arc::new(config)), own.pem())
}

async fn asked(url: &str, trust: Trust) -> Result<LoadReport, LoadError> {
    let requests = Requests::searches([("{}", 1.0)]).unwrap();
    let arrivals = Arrivals::Constant { per_second: 100.0 };
    let plan = LoadPlan {
        trust,
        warmup: Duration::ZERO,
        duration: Duration::from_millis(200),
        ..LoadPlan::new(url, "docs", arrivals)
    };
    run(plan, Arc::new(requests), None).await
}

#[tokio::test]
async fn a_service_that_encrypts_is_asked_like_any_other() {
    let (tls, pem) = own_certificate();
    let service = Scripted::start_encrypted(tls, async |_| complete()).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authorities.pem");
    std::fs::write(&file, pem).unwrap();
    let url = service.url().replace("127.0.0.1", "localhost");
    for trust in [Trust::Authorities(file.clone()), Trust::Anybody] {
        let report = asked(&url, trust).await.unwrap();
        assert_eq!((report.reads.due, report.reads.outcomes.complete), (20, 20));
        assert_eq!(report.url, url);
    }
    // Its name is part of what is trusted.
    let elsewhere = asked(&service.url(), Trust::Authorities(file)).await;
    assert!(elsewhere.unwrap_err().to_string().contains("--ca-cert"));
}

#[tokio::test]
async fn a_certificate_that_calls_itself_an_authority_may_be_named() {
    // As `openssl req -x509` makes them.
    let (tls, pem) = made(IsCa::Ca(BasicConstraints::Unconstrained));
    let service = Scripted::start_encrypted(tls, async |_| complete()).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("service.pem");
    std::fs::write(&file, pem).unwrap();
    let url = service.url().replace("127.0.0.1", "localhost");
    let report = asked(&url, Trust::Authorities(file.clone())).await.unwrap();
    assert_eq!(report.reads.outcomes.complete, 20);
    let elsewhere = asked(&service.url(), Trust::Authorities(file)).await;
    assert!(elsewhere.unwrap_err().to_string().contains("--ca-cert"));
}

#[tokio::test]
async fn nobody_is_believed_without_a_reason() {
    let (tls, _) = own_certificate();
    let service = Scripted::start_encrypted(tls, async |_| complete()).await;
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "").unwrap();
    let (_, other) = own_certificate();
    let others = folder.path().join("others.pem");
    std::fs::write(&others, other).unwrap();
    for (trust, said) in [
        (Trust::Authorities(others), "--insecure"),
        (Trust::Authorities(empty), "no certificate"),
        (
            Trust::Authorities(folder.path().join("missing.pem")),
            "missing.pem",
        ),
    ] {
        let url = service.url().replace("127.0.0.1", "localhost");
        let error = asked(&url, trust).await.unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
    assert_eq!(service.seen.borrow().requests, 0);
}

#[tokio::test]
async fn a_service_that_does_not_encrypt_is_told_by_its_answer() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let plain = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .await
            .unwrap();
    };
    let (asked, ()) = tokio::join!(asked(&url, Trust::Anybody), plain);
    let error = asked.unwrap_err().to_string();
    assert!(error.contains("plain http://"), "{error}");
}
