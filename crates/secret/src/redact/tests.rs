//! What is taken out, of texts and configurations.

use super::*;

const CONFIG: &str = r#"{"author":"me AKIAIOSFODNN7EXAMPLE","docker_version":"AKIAIOSFODNN7EXAMPLE","rootfs":{"type":"layers","diff_ids":[]},
    "history":[{"author":"me AKIAIOSFODNN7EXAMPLE"}],"config":{"User":"app","WorkingDir":"/AKIAIOSFODNN7EXAMPLE","Volumes":{"/a/AKIAIOSFODNN7EXAMPLE":{}},"Shell":["sh","-c","A_TOKEN=x"],
    "Env":["DB_PASSWORD=correct horse battery","A=b c","AKIAIOSFODNN7EXAMPLE=1"],
    "Cmd":["run","--api-token=z","--password","hunter2"],"Labels":{"api.token":"x","title":"y","AKIAIOSFODNN7EXAMPLE":"z"},
    "Healthcheck":{"Test":["CMD-SHELL","curl https://u:p@h/"]}}}"#;

#[test]
fn every_part_of_a_configuration_is_looked_at() {
    let reported = Redactor::default().config(serde_json::from_str(CONFIG).unwrap());
    assert_eq!(reported.author, "me [redacted]");
    assert_eq!(reported.history[0].author, "me [redacted]");
    assert_eq!(reported.docker_version, "[redacted]");
    let config = reported.config;
    assert_eq!(
        (&*config.user, &*config.working_dir),
        ("app", "/[redacted]")
    );
    assert!(config.volumes.keys().eq(["/a/[redacted]"]));
    assert_eq!(config.shell, ["sh", "-c", "A_TOKEN=[redacted]"]);
    let env = ["DB_PASSWORD=[redacted]", "A=b c", "[redacted]=1"];
    assert_eq!(config.env, env);
    let cmd = ["run", "--api-token=[redacted]", "--password", "[redacted]"];
    assert_eq!(config.cmd, cmd);
    let labels: Vec<_> = config.labels.values().collect();
    assert_eq!(labels, ["z", "[redacted]", "y"]);
    let test = config.healthcheck.unwrap().test;
    assert_eq!(test, ["CMD-SHELL", "curl https://u:[redacted]@h/"]);
}

#[test]
fn secrets_lose_their_values_and_nothing_else_does() {
    for (text, want) in [
        ("PATH=/usr/bin:/bin", "PATH=/usr/bin:/bin"),
        ("DB_PASSWORD=hunter2", "DB_PASSWORD=[redacted]"),
        (
            "aws-secret-access-key=abc",
            "aws-secret-access-key=[redacted]",
        ),
        ("API_TOKEN=", "API_TOKEN="),
        (
            "RUN TOKEN=\"a b\" make A=1",
            "RUN TOKEN=[redacted] make A=1",
        ),
        ("RUN X_SECRET='a b' Y=2", "RUN X_SECRET=[redacted] Y=2"),
        ("ENV PASSWORD=\"unclosed", "ENV PASSWORD=[redacted]"),
        (
            "curl https://me:pass@host/x?a=b",
            "curl https://me:[redacted]@host/x?a=b",
        ),
        (
            "git clone git@github.com:a/b",
            "git clone git@github.com:a/b",
        ),
        (
            "https://host:8080/x user@example.org",
            "https://host:8080/x user@example.org",
        ),
        ("npm i @scope/pkg@1.0 --x=y", "npm i @scope/pkg@1.0 --x=y"),
        ("PASSWORDÄ=ü", "PASSWORDÄ=[redacted]"),
        (r#"TOKEN="a\"b c" d"#, "TOKEN=[redacted] d"),
        (
            "DB_PASS=x MYSQL_PWD=y PWD=/z",
            "DB_PASS=[redacted] MYSQL_PWD=[redacted] PWD=/z",
        ),
        ("COMPASS=north PATH=/bin", "COMPASS=north PATH=/bin"),
        ("ENV A_TOKEN=a b=c d", "ENV A_TOKEN=[redacted] b=c d"),
        (
            "ENV DB_PASSWORD correct horse",
            "ENV DB_PASSWORD [redacted]",
        ),
        ("env DB_PASSWORD x", "env DB_PASSWORD [redacted]"),
        ("ENV PATH /bin:/usr/bin", "ENV PATH /bin:/usr/bin"),
        (
            "KEY=a JWT=b AUTH=none KEYBOARD=us",
            "KEY=[redacted] JWT=[redacted] AUTH=none KEYBOARD=us",
        ),
        (
            "key='B97B0AFCAA1A47F044F244A07FCC7D46ACCC4CF8'; gpg --recv-keys \"$key\"",
            "key='B97B0AFCAA1A47F044F244A07FCC7D46ACCC4CF8'; gpg --recv-keys \"$key\"",
        ),
        (
            "curl -u a:b -H \"Authorization: Bearer c\" https://d@h/?token=e --password f",
            "curl -u a:[redacted] -H \"Authorization: Bearer [redacted]\" https://[redacted]@h/?token=[redacted] --password [redacted]",
        ),
        (
            "/bin/sh -c #(nop)  ENV DB_PASSWORD=correct horse battery",
            "/bin/sh -c #(nop)  ENV DB_PASSWORD=[redacted]",
        ),
    ] {
        assert_eq!(Redactor::default().text(text), want, "{text}");
    }
}

/// What a script sets ends with a word, what it writes elsewhere with the line.
#[test]
fn commands_behind_secrets_of_scripts_stay() {
    for (script, want) in [
        (
            "DB_PASSWORD=changeit redis-server & exec nginx",
            "DB_PASSWORD=[redacted] redis-server & exec nginx",
        ),
        (
            "export DB_PASSWORD=changeit; redis-server & exec nginx",
            "export DB_PASSWORD=[redacted]; redis-server & exec nginx",
        ),
        (
            "export DB_PASSWORD='change it' && exec nginx",
            "export DB_PASSWORD=[redacted] && exec nginx",
        ),
        (
            "A_SECRET=abcd exec redis-server",
            "A_SECRET=[redacted] exec redis-server",
        ),
        (
            "A_SECRET=$(pwgen 16 1) exec redis-server",
            "A_SECRET=[redacted] exec redis-server",
        ),
        (
            "cat > .env <<EOF\nDB_PASSWORD=correct horse\nEOF\nDB_PASSWORD=abcd nginx",
            "cat > .env <<EOF\nDB_PASSWORD=[redacted]\nEOF\nDB_PASSWORD=[redacted] nginx",
        ),
    ] {
        let (script, want) = (
            format!("#!/bin/sh\n{script}\n"),
            format!("#!/bin/sh\n{want}\n"),
        );
        assert_eq!(Redactor::default().file(&script), want);
    }
    let of_variables = "DB_PASSWORD=correct horse battery\n";
    let shown = Redactor::default().file(of_variables);
    assert_eq!(shown, "DB_PASSWORD=[redacted]\n");
}

/// What rules read of a script has the same commands as the script.
#[test]
fn masks_leave_the_lines_of_a_script_as_they_end() {
    for line in [
        "echo \"API token: \"",
        "read -s -p 'Password: ' P",
        "curl -H \"X-Auth-Token: \"$T http://x",
        "echo \"password = \"; a",
        "PASSWORD=\"$(pwgen --remove-chars=\"'\\\\\" -1 32)\"",
        "A_PASSWORD=\"$(pwgen --remove-chars=\"'\\\\\" -1 32)\"; export A_PASSWORD",
        "export PASSWORD=\"a",
        "b\"; TOKEN='c",
        "case \"$K\" in \"-----BEGIN PRIVATE KEY-----\"*)",
        "grep -q -- '-----BEGIN PRIVATE KEY-----' /k",
        "echo \"A_TOKEN=\\\"x y\\\"\"",
        "x --password 'a b' --token=\"c\"",
        "mysql -p'a' -e \"SET PASSWORD = 'b'\"",
        "# don't say password: \"",
    ] {
        let text = format!("{line}\r\nexec redis-server\n");
        let shown = Redactor::default().file(&text);
        let first = shown.strip_suffix("\r\nexec redis-server\n");
        let first = first.unwrap_or_else(|| panic!("{line}: {shown}"));
        let open = assigned::unclosed;
        assert_eq!(open(first), open(line), "{line}: {first}");
    }
}
