//! Paths of the node, and what they give to who mounts them.
//!
//! ```text
//! /var/run/../run/docker.sock   the socket of Docker
//! /var/lib                      holds the sockets and the secrets of the kubelet
//! /opt/processed                nothing
//! ```

use std::collections::BTreeMap;

use yaml::Node;

use crate::hits::{Hit, short};
use crate::pointer::Pointer;
use crate::volume;
use crate::workload::{Container, Pod, Role, below};

/// A path of the node in a pod.
#[derive(Debug)]
pub(crate) struct HostPath<'a> {
    /// The volume, with `hostPath`.
    pub volume: &'a Node,
    /// Where the path is mounted, or where the volume says it.
    pub at: Pointer,
    /// What it shows of the node, [`cleaned`].
    pub path: String,
    /// Who mounts it, and the item of `volumeMounts`; none if nobody does.
    pub by: Option<(Container<'a>, &'a Node)>,
}

impl HostPath<'_> {
    /// Whether a container can write there.
    pub(crate) fn is_writable(&self) -> bool {
        let is_read_only = |mount: &Node| mount.get("readOnly").and_then(Node::as_bool);
        self.by
            .is_some_and(|(_, mount)| is_read_only(mount) != Some(true))
    }

    /// Returns a hit at it, of the container that mounts it.
    pub(crate) fn hit(self, message: String) -> Hit {
        let hit = Hit::new(self.at, message);
        match self.by {
            Some((container, _)) => hit.within(&container),
            None => hit,
        }
    }

    /// Returns what messages call it.
    pub(crate) fn title(&self) -> String {
        let (path, name) = (short(&self.path), short(volume::name(self.volume)));
        format!("`{path}` of the node (volume `{name}`)")
    }
}

/// Returns the paths of the node that the containers of a pod mount, then those that none mounts.
pub(crate) fn of(pod: Pod<'_>) -> Vec<HostPath<'_>> {
    let volumes = pod.volumes().iter().enumerate();
    let mut volumes: BTreeMap<&str, Declared<'_>> = volumes
        .filter_map(|(index, volume)| {
            let path = below(volume, &["hostPath", "path"])?.as_str()?;
            Some((
                volume::name(volume),
                Declared {
                    index,
                    volume,
                    path,
                    is_mounted: false,
                },
            ))
        })
        .collect();
    let mut found = Vec::new();
    if volumes.is_empty() {
        return found;
    }
    for container in pod.containers(&Role::ALL) {
        for (index, mount) in container.mounts().iter().enumerate() {
            let name = mount.get("name").and_then(Node::as_str);
            let Some(declared) = name.and_then(|name| volumes.get_mut(name)) else {
                continue;
            };
            declared.is_mounted = true;
            let below = mount.get("subPath").and_then(Node::as_str);
            found.push(HostPath {
                volume: declared.volume,
                at: container.at().key("volumeMounts").item(index),
                path: cleaned(&format!("{}/{}", declared.path, below.unwrap_or_default())),
                by: Some((container, mount)),
            });
        }
    }
    let unmounted = volumes.values().filter(|declared| !declared.is_mounted);
    found.extend(unmounted.map(|declared| {
        let at = pod.at().key("volumes").item(declared.index);
        HostPath {
            volume: declared.volume,
            at: at.below(&["hostPath", "path"]),
            path: cleaned(declared.path),
            by: None,
        }
    }));
    found
}

/// A volume with `hostPath`.
struct Declared<'a> {
    index: usize,
    volume: &'a Node,
    path: &'a str,
    is_mounted: bool,
}

/// Returns a path without `.`, `..` and empty parts; `/var/run` is a link to `/run`.
pub(crate) fn cleaned(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
        if parts == ["var", "run"] {
            parts = vec!["run"];
        }
    }
    format!("/{}", parts.join("/"))
}

/// Whether `path` is `top` or in it; both [`cleaned`].
fn is_in(path: &str, top: &str) -> bool {
    let rest = path.strip_prefix(top.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Sockets through which whoever opens them starts containers on the node, as root.
const RUNTIMES: &[&str] = &[
    "/run/docker.sock",
    "/run/containerd/containerd.sock",
    "/run/crio/crio.sock",
    "/run/podman/podman.sock",
    "/run/cri-dockerd.sock",
    "/run/dockershim.sock",
    "/run/buildkit/buildkitd.sock",
    "/run/k3s/containerd/containerd.sock",
    "/run/k0s/containerd.sock",
    "/var/snap/microk8s/common/run/containerd.sock",
];

/// Names of sockets that are as bad wherever they lie: each user may run an own Docker or Podman.
const NAMES: &[&str] = &[
    "docker.sock",
    "containerd.sock",
    "crio.sock",
    "podman.sock",
    "cri-dockerd.sock",
    "dockershim.sock",
    "buildkitd.sock",
];

/// Sockets on which the kubelet takes orders of plug-ins, and tells about all pods of the node.
const KUBELETS: &[&str] = &[
    "/var/lib/kubelet/device-plugins/kubelet.sock",
    "/var/lib/kubelet/pod-resources/kubelet.sock",
];

/// A socket within reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Socket {
    /// Of a container runtime.
    Runtime(&'static str),
    /// Of the kubelet, and nothing else of it.
    Kubelet(&'static str),
}

/// Returns the socket that a path is, or holds.
pub(crate) fn socket(path: &str) -> Option<Socket> {
    let reaches = |socket: &&&str| is_in(socket, path) || is_in(path, socket);
    let name = path.rsplit('/').next().unwrap_or_default();
    let runtime = RUNTIMES
        .iter()
        .find(reaches)
        .or_else(|| NAMES.iter().find(|known| **known == name));
    if let Some(socket) = runtime {
        return Some(Socket::Runtime(socket));
    }
    let socket = KUBELETS.iter().find(reaches)?;
    // whoever has the directory of the kubelet has the tokens of all pods, too
    Some(if is_in("/var/lib/kubelet", path) {
        Socket::Runtime(socket)
    } else {
        Socket::Kubelet(socket)
    })
}

/// A directory of the node that others have no business in.
#[derive(Debug)]
pub(crate) struct Sensitive {
    pub path: &'static str,
    /// What it holds.
    pub holds: &'static str,
    /// Whether reading is as bad as writing.
    pub is_secret: bool,
    below: Below,
}

/// Which parts of a directory count.
#[derive(Debug)]
enum Below {
    /// All but these.
    AllBut(&'static [&'static str]),
    /// These.
    Only(&'static [&'static str]),
}

const SENSITIVE: &[Sensitive] = &[
    Sensitive {
        path: "/etc",
        holds: "passwords and the configuration of the node",
        is_secret: true,
        below: Below::AllBut(&[
            "ca-certificates",
            "ca-certificates.conf",
            "cni",
            "group",
            "hostname",
            "hosts",
            "localtime",
            "machine-id",
            "nsswitch.conf",
            "os-release",
            "passwd",
            "pki",
            "protocols",
            "resolv.conf",
            "services",
            "ssl",
            "timezone",
        ]),
    },
    Sensitive {
        path: "/root",
        holds: "the files of the node's root user",
        is_secret: true,
        below: Below::AllBut(&[]),
    },
    Sensitive {
        path: "/var/lib/kubelet",
        holds: "the credentials of the kubelet and of all pods of the node",
        is_secret: true,
        below: Below::AllBut(&[
            "device-plugins",
            "plugins",
            "plugins_registry",
            "pod-resources",
        ]),
    },
    Sensitive {
        path: "/var/lib/etcd",
        holds: "all objects of the cluster, Secrets included",
        is_secret: true,
        below: Below::AllBut(&[]),
    },
    Sensitive {
        path: "/var/lib/rancher",
        holds: "the credentials of the cluster",
        is_secret: true,
        below: Below::AllBut(&[]),
    },
    Sensitive {
        path: "/proc",
        holds: "the processes and the settings of the node's kernel",
        is_secret: false,
        below: Below::AllBut(&[]),
    },
    Sensitive {
        path: "/sys",
        holds: "the devices and the settings of the node's kernel",
        is_secret: false,
        below: Below::AllBut(&[]),
    },
    Sensitive {
        path: "/dev",
        holds: "the devices of the node, its disks and its memory among them",
        is_secret: false,
        below: Below::Only(&["disk", "kmem", "kmsg", "mapper", "mem", "port"]),
    },
    Sensitive {
        path: "/boot",
        holds: "the kernel that the node starts",
        is_secret: false,
        below: Below::AllBut(&[]),
    },
    Sensitive {
        path: "/var/lib/docker",
        holds: "the files of all containers of the node",
        is_secret: false,
        below: Below::AllBut(&[]),
    },
    Sensitive {
        path: "/var/lib/containerd",
        holds: "the files of all containers of the node",
        is_secret: false,
        below: Below::AllBut(&[]),
    },
    Sensitive {
        path: "/var/log",
        holds: "the logs of the node; a link in it lets the kubelet read any file",
        is_secret: false,
        below: Below::Only(&["audit", "containers", "kubernetes", "pods"]),
    },
];

/// Returns the sensitive directory that a path is, is part of, or holds.
pub(crate) fn sensitive(path: &str) -> Option<&'static Sensitive> {
    SENSITIVE.iter().find(|sensitive| {
        if is_in(sensitive.path, path) {
            return true;
        }
        if !is_in(path, sensitive.path) {
            return false;
        }
        let first = path.split('/').nth(sensitive.path.split('/').count());
        let first = first.unwrap_or_default();
        match sensitive.below {
            Below::AllBut(harmless) => !harmless.contains(&first),
            Below::Only(harmful) => harmful.contains(&first) || is_disk(sensitive.path, first),
        }
    })
}

/// Whether a device is a disk: `sda1`, `nvme0n1`, `xvdb`, `vda`.
fn is_disk(directory: &str, name: &str) -> bool {
    let kinds = ["sd", "nvme", "xvd", "vd", "dm-", "loop"];
    directory == "/dev" && kinds.iter().any(|kind| name.starts_with(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_compared_by_their_parts() {
        let runtime = |name| Some(Socket::Runtime(name));
        for (path, want) in [
            ("/var/run/docker.sock", runtime("/run/docker.sock")),
            ("/run/docker.sock", runtime("/run/docker.sock")),
            (
                "//var/./lib/../run//docker.sock/",
                runtime("/run/docker.sock"),
            ),
            ("/", runtime("/run/docker.sock")),
            ("/run", runtime("/run/docker.sock")),
            (
                "/run/containerd",
                runtime("/run/containerd/containerd.sock"),
            ),
            ("/run/user/1000/podman/podman.sock", runtime("podman.sock")),
            ("/var/lib", runtime(KUBELETS[0])),
            ("/var/lib/kubelet", runtime(KUBELETS[0])),
            (
                "/var/lib/kubelet/pod-resources",
                Some(Socket::Kubelet(KUBELETS[1])),
            ),
            ("/run/docker", None),
            ("/run/udev", None),
            ("/opt/docker.sock.d", None),
            ("/var/lib/kubelet/plugins", None),
        ] {
            assert_eq!(socket(&cleaned(path)), want, "{path}");
        }
    }

    #[test]
    fn directories_are_sensitive_with_what_is_in_them() {
        for (path, want) in [
            ("/", "/etc"),
            ("/proc/sys/net", "/proc"),
            ("/var/lib", "/var/lib/kubelet"),
            ("/etc/kubernetes/pki", "/etc"),
            ("/etc/shadow", "/etc"),
            ("/dev", "/dev"),
            ("/dev/sda1", "/dev"),
            ("/var/log", "/var/log"),
            ("/var/log/pods", "/var/log"),
            ("/var/log/shop", ""),
            ("/dev/fuse", ""),
            ("/etc/localtime", ""),
            ("/etc/ssl/certs", ""),
            ("/opt/processed-data", ""),
            ("/process", ""),
            ("/var/lib/kubelet/plugins/x", ""),
            ("/lib/modules", ""),
        ] {
            let found = sensitive(&cleaned(path)).map_or("", |sensitive| sensitive.path);
            assert_eq!(found, want, "{path}");
        }
    }
}
