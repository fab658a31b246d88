//! Kubernetes: nginx without rights, configured as by [`super::nginx`], behind an ingress that has the certificate
//! (<https://kubernetes.io/docs/concepts/services-networking/ingress/>). JSON, which `kubectl` takes as it takes YAML.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::common::{MADE_BY, pretty};
use super::nginx;
use crate::site::Site;

/// nginx without rights (<https://github.com/nginx/docker-nginx-unprivileged>): it listens on 8080, and writes below `/tmp` alone.
const NGINX: &str = "docker.io/nginxinc/nginx-unprivileged:1.28-alpine";
const PORT: u16 = 8080;
/// Whom the image runs nginx as.
const USER: u32 = 101;
/// What is to be replaced: the image with the console, and its host name.
const IMAGE: &str = "registry.example.com/console:1";
const HOST: &str = "console.example.com";

pub(super) fn containerfile() -> String {
    format!("# {MADE_BY}\n# The console on nginx: docker build -t {IMAGE} .\nFROM {NGINX}\nCOPY www /www\n")
}

pub(super) fn objects(site: &Site) -> String {
    let locations = nginx::locations(site);
    let server =
        format!("server {{\n    listen {PORT};\n    server_tokens off;\n    root /www;\n{locations}}}\n");
    pretty(&json!({
        "apiVersion": "v1",
        "kind": "List",
        "items": [configuration(&server), deployment(site, &server), service(), ingress(site)],
    }))
}

fn object(version: &str, kind: &str, rest: (&str, Value)) -> Value {
    let mut object = json!({
        "apiVersion": version,
        "kind": kind,
        "metadata": { "name": "console", "labels": { "app": "console" } },
    });
    object[rest.0] = rest.1;
    object
}

fn configuration(server: &str) -> Value {
    object("v1", "ConfigMap", ("data", json!({ "default.conf": server })))
}

fn deployment(site: &Site, server: &str) -> Value {
    // nginx reads its configuration when it starts: with another one, it is started anew.
    let digest = Sha256::digest(server)[..8].iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let container = json!({
        "name": "nginx",
        "image": IMAGE,
        "ports": [{ "name": "http", "containerPort": PORT }],
        "readinessProbe": { "httpGet": { "path": site.base.as_str(), "port": "http" } },
        "livenessProbe": { "tcpSocket": { "port": "http" } },
        "resources": {
            "requests": { "cpu": "10m", "memory": "32Mi" },
            "limits": { "memory": "64Mi" },
        },
        "securityContext": {
            "allowPrivilegeEscalation": false,
            "capabilities": { "drop": ["ALL"] },
            "readOnlyRootFilesystem": true,
        },
        "volumeMounts": [
            { "name": "configuration", "mountPath": "/etc/nginx/conf.d", "readOnly": true },
            { "name": "tmp", "mountPath": "/tmp" },
        ],
    });
    let pod = json!({
        "metadata": { "labels": { "app": "console" }, "annotations": { "console/configuration": digest } },
        "spec": {
            "automountServiceAccountToken": false,
            "securityContext": {
                "runAsNonRoot": true,
                "runAsUser": USER,
                "runAsGroup": USER,
                "seccompProfile": { "type": "RuntimeDefault" },
            },
            "containers": [container],
            "volumes": [
                { "name": "configuration", "configMap": { "name": "console" } },
                { "name": "tmp", "emptyDir": { "medium": "Memory", "sizeLimit": "16Mi" } },
            ],
        },
    });
    let selector = json!({ "matchLabels": { "app": "console" } });
    object("apps/v1", "Deployment", ("spec", json!({ "replicas": 2, "selector": selector, "template": pod })))
}

fn service() -> Value {
    let spec = json!({
        "selector": { "app": "console" },
        "ports": [{ "name": "http", "port": 80, "targetPort": "http" }],
    });
    object("v1", "Service", ("spec", spec))
}

fn ingress(site: &Site) -> Value {
    let path = json!({
        "path": site.base.as_str(),
        "pathType": "Prefix",
        "backend": { "service": { "name": "console", "port": { "name": "http" } } },
    });
    let spec = json!({
        "tls": [{ "hosts": [HOST], "secretName": "console-tls" }],
        "rules": [{ "host": HOST, "http": { "paths": [path] } }],
    });
    object("networking.k8s.io/v1", "Ingress", ("spec", spec))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> Site {
        Site {
            base: "/some/base/".parse().unwrap(),
            api: "https://api.example.com/api/v1".parse().unwrap(),
            embedders: Vec::new(),
            hsts_subdomains: false,
        }
    }

    fn items(site: &Site) -> Vec<Value> {
        let list: Value = serde_json::from_str(&objects(site)).unwrap();
        assert_eq!((&list["apiVersion"], &list["kind"]), (&json!("v1"), &json!("List")));
        list["items"].as_array().unwrap().clone()
    }

    #[test]
    fn c4_the_cluster_serves_by_the_configuration_of_nginx() {
        let [configuration, deployment, service, ingress] = items(&site()).try_into().unwrap();
        let server = configuration["data"]["default.conf"].as_str().unwrap();
        assert!(server.contains(&nginx::locations(&site())), "{server}");
        assert!(server.starts_with("server {\n    listen 8080;\n") && server.ends_with("}\n}\n"), "{server}");
        let pod = &deployment["spec"]["template"];
        assert_eq!(pod["spec"]["volumes"][0]["configMap"]["name"], configuration["metadata"]["name"]);
        assert_eq!(pod["metadata"]["labels"], deployment["spec"]["selector"]["matchLabels"]);
        assert_eq!(pod["metadata"]["labels"], service["spec"]["selector"]);
        let backend = &ingress["spec"]["rules"][0]["http"]["paths"][0];
        assert_eq!(backend["backend"]["service"]["name"], service["metadata"]["name"]);
        assert_eq!(backend["path"], "/some/base/");
    }

    #[test]
    fn c10_nginx_is_started_anew_with_another_configuration() {
        let digest = |site: &Site| {
            items(site)[1]["spec"]["template"]["metadata"]["annotations"]["console/configuration"].clone()
        };
        assert_eq!(digest(&site()), digest(&site()));
        let embedders = vec!["https://crm.example.com".parse().unwrap()];
        assert_ne!(digest(&site()), digest(&Site { embedders, ..site() }));
    }

    #[test]
    fn a26_nginx_has_no_rights_and_writes_nowhere_but_to_memory() {
        let pod = &items(&site())[1]["spec"]["template"]["spec"];
        assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
        assert_eq!(pod["automountServiceAccountToken"], false);
        let container = &pod["containers"][0];
        let rights = &container["securityContext"];
        assert_eq!(rights["readOnlyRootFilesystem"], true);
        assert_eq!(rights["allowPrivilegeEscalation"], false);
        assert_eq!(rights["capabilities"]["drop"], json!(["ALL"]));
        assert_eq!(pod["volumes"][1]["emptyDir"]["medium"], "Memory");
        assert!(containerfile().contains(&format!("FROM {NGINX}\nCOPY www /www\n")));
        assert!(containerfile().contains(container["image"].as_str().unwrap()));
    }
}
