//! A server in front of a client's store.

use super::native_client::NativeClient;
use super::options::{Auth, duration};
use super::outbox::{Arrival, Outbox};
use crate::net::failure::of_io;
use crate::net::{Pem, basic_auth, server_config};
use crate::server::{Limits, Server, Setup};
use crate::task::task;
use napi::Error;
use napi_derive::napi;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;

/// An error with a code of Node.js.
type Result<T> = std::result::Result<T, Error<String>>;

/// What a server is made of. lib/server/options.js gives all of it.
#[napi(object)]
pub struct ServerOptions {
    /// The IP address to listen on.
    pub address: String,
    /// The port; 0 for any.
    pub port: u16,
    /// The name among the members.
    pub name: String,
    /// See [`Setup`].
    pub host_name: Option<String>,
    /// See [`Setup`].
    pub advertised: Vec<String>,
    /// PEM: the server's certificates, for TLS.
    pub cert: Option<Vec<String>>,
    /// PEM: their keys.
    pub key: Option<Vec<String>>,
    /// The credentials that requests must have.
    pub auth: Option<Auth>,
    /// See [`Limits`].
    pub connections: u32,
    /// See [`Limits`].
    pub waits: u32,
    /// See [`Limits`], in milliseconds.
    pub silence: f64,
    /// See [`Limits`], in milliseconds.
    pub drain: f64,
}

/// A server that runs.
#[napi]
pub struct NativeServer {
    server: Option<Server>,
    tokio: Handle,
    outbox: Arc<Outbox>,
}

#[napi]
impl NativeClient {
    /// Starts a server in front of the client's store.
    #[napi]
    pub fn serve(&self, options: ServerOptions) -> Result<NativeServer> {
        let client = self.client.clone();
        let client = client.ok_or_else(|| unusable("store destroyed"))?;
        let address = options.socket_address()?;
        let setup = options.into_setup()?;
        let server = Server::start(address, client, setup, &self.tokio);
        Ok(NativeServer {
            server: Some(server.map_err(|error| refused(&error, address))?),
            tokio: self.tokio.clone(),
            outbox: self.outbox.clone(),
        })
    }
}

#[napi]
impl NativeServer {
    /// The port.
    #[napi(getter)]
    pub fn port(&self) -> Option<u16> {
        let server = self.server.as_ref();
        server.map(|server| server.address().port())
    }

    /// Ends the server, and then gives an empty result for an id.
    #[napi]
    pub fn close(&mut self, id: f64) {
        let (server, outbox) = (self.server.take(), self.outbox.clone());
        self.tokio.spawn(task(async move {
            if let Some(server) = server {
                server.close().await;
            }
            outbox.push(Arrival::of_delay(id));
        }));
    }
}

impl ServerOptions {
    fn socket_address(&self) -> Result<SocketAddr> {
        let address: std::result::Result<IpAddr, _> = self.address.parse();
        let address = address.map_err(|_| unusable("host is no IP address"))?;
        Ok(SocketAddr::new(address, self.port))
    }

    fn into_setup(self) -> Result<Setup> {
        let tls = match (self.cert, self.key) {
            (Some(cert), Some(key)) => Some(
                server_config(&Pem::new(cert), &Pem::new(key))
                    .map_err(|fault| unusable(&fault.to_string()))?,
            ),
            _ => None,
        };
        let credentials = self
            .auth
            .map(|auth| basic_auth(auth.user.as_bytes(), auth.pass.as_bytes()));
        Ok(Setup {
            name: self.name,
            host_name: self.host_name,
            advertised: self.advertised,
            limits: Limits {
                connections: self.connections as usize,
                waits: self.waits as usize,
                silence: time(self.silence),
                drain: time(self.drain),
            },
            tls,
            credentials,
        })
    }
}

fn time(ms: f64) -> Duration {
    duration(Some(ms)).unwrap_or(Duration::MAX)
}

fn unusable(reason: &str) -> Error<String> {
    Error::new("InvalidArg".to_owned(), reason.to_owned())
}

/// Why an address cannot be listened on, with Node's code.
fn refused(error: &std::io::Error, address: SocketAddr) -> Error<String> {
    let failure = of_io(error);
    let code = failure.fields.get("code").and_then(|code| code.as_str());
    let code = code.unwrap_or_default().to_owned();
    let message = format!("listen {code} {address}");
    Error::new(code, message)
}
