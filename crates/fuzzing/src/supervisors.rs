//! Proves that any text is a configuration of any supervisor, and that what it tells stands in it.
//!
//! The first byte of an input says under which name the rest is a file.

use hygiene::supervisors::of_file;

/// A file of each supervisor.
const NAMES: &[&str] = &[
    "etc/supervisor/conf.d/all.conf",
    "etc/supervisord.conf",
    "etc/circus/circus.ini",
    "etc/monit/monitrc",
    "etc/inittab",
    "etc/services.d/web/run",
    "etc/s6-overlay/s6-rc.d/web/run",
    "etc/service/web/run",
    "app/Procfile",
    "app/ecosystem.config.js",
];

/// Reads `input` as a file of one supervisor.
///
/// # Panics
/// If something is told that is not there.
pub fn check(input: &[u8]) {
    let Some((&name, bytes)) = input.split_first() else {
        return;
    };
    let text = String::from_utf8_lossy(bytes);
    let path = NAMES
        .get(usize::from(name) % NAMES.len())
        .copied()
        .unwrap_or_default();
    let told = of_file(path, &text);
    let most = text.lines().count().max(text.matches("script").count());
    assert!(told.len() <= most.max(1));
    for (supervisor, name, line) in told {
        assert!(
            text.contains(&name) || name == "${script}" || path.contains(&name),
            "{name:?}"
        );
        // of pm2's the first word may be an interpreter, or stand for what is told when it runs
        let mut words = line.split_whitespace().skip(1);
        let stands =
            text.contains(&line) || supervisor == "pm2" && words.all(|it| text.contains(it));
        assert!(stands, "{line:?}");
    }
}

/// Returns a file of each supervisor.
pub fn seeds() -> Vec<Vec<u8>> {
    let supervisord = "[supervisord]\nnodaemon=true\n[program:web]\ncommand=/usr/sbin/nginx ; x\nautostart=false\n";
    let monit = "check process nginx with pidfile /x\n start program = \"/usr/sbin/nginx\"\n";
    let texts = [
        supervisord,
        supervisord,
        "[watcher:web]\ncmd = nginx\n",
        monit,
        "::respawn:/usr/sbin/crond -f\ntty1::respawn:/sbin/getty 1\n",
        "#!/bin/sh\nexec nginx",
        "#!/command/with-contenv sh\nexec nginx",
        "exec nginx",
        "web: gunicorn app\nworker: celery\n",
        "apps: [{\n script: './a.js',\n}]",
    ];
    let seed = |(name, text): (u8, &str)| [&[name], text.as_bytes()].concat();
    (0_u8..).zip(texts).map(seed).collect()
}
