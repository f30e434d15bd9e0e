//! The HTTP door of a node that a test plays: it can be shut, which breaks all connections, and opened again where it was.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// A door.
pub struct Door {
    address: SocketAddr,
    /// What is behind it.
    routes: Router,
    open: Option<Runtime>,
}

impl Door {
    /// Opens a new one, at a port of the system's choice.
    pub fn open(routes: Router) -> Self {
        let mut door = Self { address: SocketAddr::from(([127, 0, 0, 1], 0)), routes, open: None };
        door.open_again();
        door
    }

    /// Where it is.
    pub fn address(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Opens it where it was before.
    pub fn open_again(&mut self) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind(self.address)).expect("the port is ours");
        self.address = listener.local_addr().expect("it is bound");
        let routes = self.routes.clone();
        runtime.spawn(async move { axum::serve(listener, routes).await });
        self.open = Some(runtime);
    }

    /// Shuts it: all connections break.
    pub fn shut(&mut self) {
        self.open.take().expect("it is open").shutdown_timeout(Duration::from_secs(5));
    }
}
