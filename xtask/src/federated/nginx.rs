//! nginx in the place of each federator.

use std::net::SocketAddr;
use std::path::Path;

/// From the components to the other backend: HTTP/2 in cleartext in, mutual TLS out, kept connections.
pub(super) fn outward(at: &Path, listen: SocketAddr, remote: SocketAddr) -> String {
    let body = format!(
        "upstream remote {{ server {remote}; keepalive 256; keepalive_requests 1000000000; }}
  server {{
    listen {listen} http2;
    location /rpc/ {{
      rewrite ^/rpc/[^/]+/(.*)$ /federation/$1 break;
      proxy_pass https://remote;
      proxy_ssl_certificate {at}/a.crt;
      proxy_ssl_certificate_key {at}/a.key;
      proxy_ssl_trusted_certificate {at}/ca.pem;
      proxy_ssl_verify on;
      proxy_ssl_name infra.b.example.com;
      proxy_ssl_server_name on;
      proxy_ssl_protocols TLSv1.2 TLSv1.3;
    }}
  }}",
        at = at.display()
    );
    whole(at, "outward", &body)
}

/// From the other backend to the component: mutual TLS in, HTTP/1.1 in cleartext out, kept connections.
pub(super) fn inward(at: &Path, listen: SocketAddr, component: SocketAddr) -> String {
    let body = format!(
        "upstream component {{ server {component}; keepalive 256; keepalive_requests 1000000000; }}
  server {{
    listen {listen} ssl;
    ssl_certificate {at}/b.crt;
    ssl_certificate_key {at}/b.key;
    ssl_client_certificate {at}/ca.pem;
    ssl_verify_client on;
    ssl_protocols TLSv1.2 TLSv1.3;
    location /federation/ {{
      rewrite ^/federation/[^/]+/(.*)$ /federation/$1 break;
      proxy_pass http://component;
    }}
  }}",
        at = at.display()
    );
    whole(at, "inward", &body)
}

fn whole(at: &Path, name: &str, body: &str) -> String {
    format!(
        "daemon off;
master_process off;
pid {at}/{name}.pid;
error_log {at}/{name}.log;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  tcp_nodelay on;
  keepalive_requests 1000000000;
  client_max_body_size 16m;
  client_body_temp_path {at}/{name}-body;
  proxy_temp_path {at}/{name}-proxy;
  fastcgi_temp_path {at}/{name}-fastcgi;
  uwsgi_temp_path {at}/{name}-uwsgi;
  scgi_temp_path {at}/{name}-scgi;
  proxy_max_temp_file_size 0;
  proxy_http_version 1.1;
  proxy_set_header Connection \"\";
  {body}
}}
",
        at = at.display()
    )
}
