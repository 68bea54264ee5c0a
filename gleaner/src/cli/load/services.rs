//! The flags that name services, and what they want to be told with every request.

use std::path::PathBuf;

use benches::load::Trust;
use clap::Args;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};

use super::super::Problems;
use crate::load::TARGETS_MAX;

/// The services.
#[derive(Debug, Args)]
pub(super) struct ServiceFlags {
    /// The service, http:// or https://
    #[arg(
        long,
        value_name = "URL",
        env = "GLEANER_URL",
        default_value = "http://127.0.0.1:9200"
    )]
    url: String,
    /// The index that is searched, and written to
    #[arg(long, value_name = "NAME")]
    index: Option<String>,
    /// An API key of the service, as Elasticsearch encodes it
    #[arg(
        long,
        value_name = "KEY",
        env = "GLEANER_LOAD_API_KEY",
        hide_env_values = true
    )]
    api_key: Option<String>,
    /// A user of the service
    #[arg(
        long,
        value_name = "NAME:PASSWORD",
        env = "GLEANER_LOAD_USER",
        hide_env_values = true,
        conflicts_with = "api_key"
    )]
    user: Option<String>,
    /// Sent with every request to the service; can be given several times
    #[arg(long = "header", value_name = "NAME:VALUE")]
    headers: Vec<String>,
    /// The authorities that certificates have to be signed by, or the certificate of the service itself, as PEM [default: those that
    /// this system trusts]
    #[arg(long, value_name = "FILE", conflicts_with = "insecure")]
    ca_cert: Option<PathBuf>,
    /// Believe anybody to be the service, whatever certificate they have
    #[arg(long)]
    insecure: bool,
    /// Another service that gets the same requests; can be given several times
    #[arg(long, value_name = "URL")]
    against: Vec<String>,
    /// The index there, for all of them or one for each [default: the same name]
    #[arg(long, value_name = "NAME", requires = "against")]
    against_index: Vec<String>,
    /// An API key of the other services
    #[arg(
        long,
        value_name = "KEY",
        env = "GLEANER_LOAD_AGAINST_API_KEY",
        hide_env_values = true
    )]
    against_api_key: Option<String>,
    /// A user of the other services
    #[arg(
        long,
        value_name = "NAME:PASSWORD",
        env = "GLEANER_LOAD_AGAINST_USER",
        hide_env_values = true,
        conflicts_with = "against_api_key"
    )]
    against_user: Option<String>,
    /// Sent with every request to the other services; can be given several times
    #[arg(long = "against-header", value_name = "NAME:VALUE", requires = "against")]
    against_headers: Vec<String>,
    /// The authorities of the other services
    #[arg(
        long,
        value_name = "FILE",
        requires = "against",
        conflicts_with = "against_insecure"
    )]
    against_ca_cert: Option<PathBuf>,
    /// Believe anybody to be the other services
    #[arg(long, requires = "against")]
    against_insecure: bool,
}

/// A service, checked.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) url: String,
    pub(super) index: String,
    pub(super) headers: HeaderMap,
    pub(super) trust: Trust,
}

impl ServiceFlags {
    /// The services, the first one first.
    pub(super) fn check(self, problems: &mut Problems) -> Vec<Service> {
        let index = self.index.unwrap_or_else(|| {
            problems.add("--index", "name the index that is to be searched");
            String::new()
        });
        if self.against.len() >= TARGETS_MAX {
            problems.add(
                "--against",
                format_args!("at most {} other services", TARGETS_MAX - 1),
            );
        }
        if !self.against_index.is_empty() && ![1, self.against.len()].contains(&self.against_index.len()) {
            problems.add(
                "--against-index",
                "give one for all --against, or as many as there are of them",
            );
        }
        let headers = headers(
            problems,
            "--",
            &self.headers,
            self.api_key.as_deref(),
            self.user.as_deref(),
        );
        let against = (
            "--against-",
            self.against_api_key.as_deref(),
            self.against_user.as_deref(),
        );
        let against_headers = self::headers(problems, against.0, &self.against_headers, against.1, against.2);
        let against_trust = trust(self.against_ca_cert, self.against_insecure);
        let others = self.against.into_iter().enumerate().map(|(nth, url)| Service {
            url,
            index: match &self.against_index[..] {
                [] => index.clone(),
                [only] => only.clone(),
                each => each.get(nth).cloned().unwrap_or_default(),
            },
            headers: against_headers.clone(),
            trust: against_trust.clone(),
        });
        let others: Vec<Service> = others.collect();
        let first = Service {
            url: self.url,
            index,
            headers,
            trust: trust(self.ca_cert, self.insecure),
        };
        std::iter::once(first).chain(others).collect()
    }
}

/// Whom to believe to be a service. A file that cannot be read is told when the service is looked up.
fn trust(authorities: Option<PathBuf>, insecure: bool) -> Trust {
    match authorities {
        Some(file) => Trust::Authorities(file),
        None if insecure => Trust::Anybody,
        None => Trust::System,
    }
}

/// What is sent with every request. All of it may be secret.
fn headers(
    problems: &mut Problems,
    flag: &str,
    typed: &[String],
    api_key: Option<&str>,
    user: Option<&str>,
) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for header in typed {
        let parsed = header.split_once(':').and_then(|(name, value)| {
            let name: HeaderName = name.trim().parse().ok()?;
            Some((name, secret(value.trim())?))
        });
        match parsed {
            Some((name, value)) => drop(headers.append(name, value)),
            // Not repeated: it may hold a secret.
            None => problems.add(
                &format!("{flag}header"),
                "a header is a name, a colon and a value",
            ),
        }
    }
    if let Some(key) = api_key {
        match secret(&format!("ApiKey {}", key.trim())) {
            Some(value) => drop(headers.insert(AUTHORIZATION, value)),
            None => problems.add(
                &format!("{flag}api-key"),
                "this is no key: it has other characters than a header may",
            ),
        }
    }
    if let Some(user) = user {
        match user
            .split_once(':')
            .and_then(|(name, password)| basic(name, password))
        {
            Some(value) => drop(headers.insert(AUTHORIZATION, value)),
            None => problems.add(&format!("{flag}user"), "a user is a name, a colon and a password"),
        }
    }
    headers
}

fn secret(value: &str) -> Option<HeaderValue> {
    let mut value: HeaderValue = value.parse().ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// The header of a name and a password, as the client library writes it.
fn basic(name: &str, password: &str) -> Option<HeaderValue> {
    let request = reqwest::Client::new()
        .get("http://localhost")
        .basic_auth(name, Some(password));
    let mut value = request.build().ok()?.headers_mut().remove(AUTHORIZATION)?;
    value.set_sensitive(true);
    Some(value)
}
