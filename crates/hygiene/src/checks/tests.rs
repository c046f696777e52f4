//! Each check on its own examples.

use model::Severity;

use super::*;
use crate::example::{judged, told};

#[test]
fn bad_examples_are_found_and_good_ones_are_not() {
    for check in CHECKS {
        let id = check.rule.id;
        let has_examples = [check.bad, check.good].map(|it| !it.is_empty());
        assert_eq!(has_examples, [check.ask.is_some(); 2], "{id}");
        let found = |text: &str| {
            let mut flaws = judged(text);
            flaws.retain(|flaw| flaw.rule == id);
            flaws
        };
        for text in check.bad {
            assert!(!found(text).is_empty(), "{id} misses\n{text}");
        }
        for text in check.good {
            let found = found(text);
            assert!(found.is_empty(), "{id} finds\n{text}\n{found:?}");
        }
    }
}

#[test]
fn ids_are_a_family_and_a_word() {
    let families = [
        "BAS", "DAT", "FRE", "FUN", "LAB", "LAY", "MIN", "SEC", "SUP", "USR",
    ];
    for check in CHECKS {
        let Rule {
            id,
            title,
            concern,
            fix,
            ..
        } = check.rule;
        let (family, word) = id.split_once('-').unwrap();
        assert!(families.contains(&family), "{id}");
        assert!(word.chars().all(|c| c.is_ascii_uppercase()), "{id}");
        for text in [title, concern, fix] {
            assert!(!text.is_empty() && !text.ends_with('.'), "{id}: {text}");
        }
    }
    assert_eq!(
        CHECKS.len(),
        56,
        "60 rules, four of them the secret engine's"
    );
}

/// Each is answered by its rule, and in few words.
fn is_answered((text, want): (String, &str)) {
    let text = text.trim_end_matches('\n');
    let start: String = text.chars().take(60).collect();
    let found = judged(text);
    assert!(
        found.iter().any(|flaw| flaw.rule == want),
        "{want}: {start}"
    );
    assert!(
        found.iter().all(|flaw| flaw.message.len() < 4_000),
        "{start}"
    );
}

fn many(line: &str, count: usize) -> String {
    format!("{line}\n").repeat(count)
}

/// Each is answered, without a panic and without an end that nobody waits for.
#[test]
fn what_is_made_to_hurt_is_answered() {
    let step = |line: &str| many(&format!("DO {line}"), 100_000);
    let numbered = |line: &dyn Fn(usize) -> String| -> String {
        (0..20_000).map(|at| line(at) + "\n").collect()
    };
    let lines = "x&".repeat(500_000);
    let accounts = numbered(&|at| format!("| u{at}:x:{at}:1::/:/bin/sh"));
    let shadows = numbered(&|at| format!("| u{at}::1::::::"));
    let groups = numbered(&|at| format!("| g{at}:x:{at}:"));
    let rules = numbered(&|at| format!("| %g{at} ALL=(ALL) ALL"));
    let cases = [
        (format!("CMD [\"sh\", \"-c\", \"{lines}\"]"), "FUN-SHELL"),
        (format!("ENTRYPOINT {}", "a".repeat(1 << 20)), "FUN-NOSTART"),
        (format!("USER {}", "9".repeat(1 << 20)), "USR-ROOT"),
        ("USER 4294967296".to_owned(), "USR-ROOT"),
        ("USER root ".to_owned(), "USR-ROOT"),
        ("CMD /a\n/a -> b\n/b -> a".to_owned(), "FUN-NOSTART"),
        (
            "ENTRYPOINT /a\n/a 0755\n| #!/bin/sh\n| /a &\n/bin/sh 0755 elf".to_owned(),
            "FUN-HEALTH",
        ),
        (step("RUN curl https://x | sh"), "LAY-PIPE"),
        (
            format!(
                "ENTRYPOINT /a\n/a 0755\n| #!/bin/sh\n| for f in /d/*; do $f {}; done\n{}/bin/sh 0755 elf\n{}",
                "a ".repeat(10_000),
                many("| sh -c 'x=$x$x; $f $f'", 1_000),
                numbered(&|at| format!("/d/f{at} 0755 elf")),
            ),
            "FUN-HEALTH",
        ),
        (
            format!(
                "VOLUME /d\nCOPY a /\n/d/x 0644 1B\n{}COPY b /\n/d/y 0644 1B",
                step("VOLUME /d")
            ),
            "DAT-VOLLOST",
        ),
        (
            format!("/etc/passwd 0644\n{accounts}/etc/shadow 0600\n{shadows}"),
            "USR-EMPTYPW",
        ),
        (
            format!(
                "/usr/bin/sudo 4755 elf\n/etc/passwd 0644\n{accounts}/etc/group 0644\n{groups}\
                 /etc/sudoers 0440\n{rules}"
            ),
            "USR-SUDO",
        ),
    ];
    cases.into_iter().for_each(is_answered);
}

/// What leads back to itself, and what is as long as a configuration may be.
#[test]
fn circles_and_long_words_are_answered() {
    let cases = [
        ("CMD /a\n/a -> a".to_owned(), "FUN-NOSTART"),
        (
            "CMD app\nENV PATH=/a:/b/bin\n/a -> b\n/b -> a".to_owned(),
            "FUN-NOSTART",
        ),
        (
            "CMD /a\n/a 0755\n| #!/b\n/b 0755\n| #!/a".to_owned(),
            "FUN-NOSTART",
        ),
        (
            "CMD /a\n/a 0755 elf:/lib/ld.so\n/lib/ld.so -> ld.so".to_owned(),
            "FUN-NOSTART",
        ),
        (
            "USER app\n/etc/passwd -> /etc/group\n/etc/group -> passwd".to_owned(),
            "USR-MISSING",
        ),
        (
            "CMD supervisord\n/etc/supervisord.conf\n| [include]\n| files = supervisord.conf\n\
             | [program:a]\n| command=nginx\n| [program:b]\n| command=postgres"
                .to_owned(),
            "FUN-SUPER",
        ),
        (
            format!("CMD [\"{}\"]", "/a ".repeat(350_000)),
            "FUN-NOSTART",
        ),
        (
            format!("ENTRYPOINT [\"sh\", \"-c\", \"{}\"]", "a".repeat(1 << 20)),
            "FUN-SHELL",
        ),
        (format!("USER {}", "root:".repeat(200_000)), "USR-ROOT"),
        (
            format!(
                "/etc/passwd 0644\n{}| toor::0:0::/:/bin/sh",
                many("| a::1:1", 120_000)
            ),
            "USR-EMPTYPW",
        ),
        (
            format!("/etc/group 0644\n{}| b:x:4:", many("| a:x:4:", 120_000)),
            "USR-DUPID",
        ),
    ];
    cases.into_iter().for_each(is_answered);
}

/// What only a running script, or what is not in the image, tells is a gap; what is asked for before, or
/// written somewhere else, is none.
#[test]
fn what_only_the_running_image_tells_is_a_gap() {
    let script = |line: &str| format!("CMD /x\n/x 0755\n| #!/bin/sh\n| {line}\n/bin/sh 0755 elf");
    let many = script(&vec!["$a$b$c$d"; 7_000].join(" "));
    for (text, why) in [
        (&*script("$SVC &"), "told when it runs"),
        (&script("x=$(which a); exec $x"), "told when it runs"),
        (&many, "told when it runs"),
        (&script(". $f"), "told when it runs"),
        (&script("run-parts $DIR"), "told when it runs"),
        (&script("cd /opt; ./nope &"), "not found in the folder"),
        (&script(". lib.sh"), "not found in the folder"),
        ("CMD /sbin/init\n/sbin/init 0755 elf", "nothing was found"),
        ("CMD honcho -f P start", "is not in the image"),
        ("CMD pm2-runtime start p.json", "is not in the image"),
        (
            "CMD pm2-runtime\n/usr/bin/pm2-runtime 0755 elf",
            "nothing was found",
        ),
        (
            "CMD pm2-runtime p.json\n/p.json\n| {script: x()}",
            "told when it runs",
        ),
        ("CMD pm2-runtime a.js", ""),
        (
            "CMD [\"sh\", \"-c\", \"cd /app && pm2 start p.json\"]\n/app/p.json\n| {\"script\": \"a.js\"}",
            "",
        ),
        (
            "CMD [\"sh\", \"-c\", \"cd /app && honcho -f P start\"]\n/app/P\n| web: nginx",
            "",
        ),
        ("CMD make run", "says, which is not followed"),
        (&script("make assets; exec nginx"), ""),
        ("CMD npm start", "package.json says what is started"),
        ("CMD npm start\n/package.json 0644 9B", "it was not read"),
        (
            "CMD npm start\n/package.json\n| {\"scripts\": {\"start\": \"node a.js\"}}",
            "",
        ),
        ("CMD yarn workspace web start", "which package's script"),
        (&script("npm ci; exec nginx"), ""),
        ("CMD circusd /c.ini", "is not in the image"),
        ("CMD /sbin/runit\n/sbin/runit 0755 elf", "nothing was found"),
        (&script("exec $@"), ""),
        (&script("exec ${a[@]}"), "told when it runs"),
        (&script("a=(x y); exec ${a[@]}"), ""),
        (&script("cat /l | xargs -I{} sh -c {}"), "told when it runs"),
        (&script("cat /l | parallel"), "told when it runs"),
        (&script("exec horust"), "says, which is not followed"),
        (
            &script("$JAVA_HOME/bin/java -jar x"),
            "not found in the folder",
        ),
        (&script("$BIN/sh -c ls"), ""),
        (&script("[ -f ./x.conf ] && . ./x.conf"), ""),
        (&script("for f in /nothing/*; do . $f; done"), ""),
        (&script("find /nothing | while read f; do $f; done"), ""),
    ] {
        let (_, gaps) = told(text);
        let mut gaps = gaps.iter().filter(|gap| gap.hides.starts_with("services"));
        let found = gaps.next().map_or("", |gap| &*gap.why);
        let start: String = text.chars().take(60).collect();
        assert!(found.contains(why), "{start}: {found}");
        assert_eq!(found.is_empty(), why.is_empty(), "{start}: {found}");
    }
}

/// What is beyond a bound is a gap, and takes no time.
#[test]
fn what_is_not_followed_is_a_gap() {
    let script = |line: &str| format!("CMD /x\n/x 0755\n| #!/bin/sh\n| {line}\n/bin/sh 0755 elf");
    let words = |word: &str, count: usize| vec![word; count].join(" ");
    let path = |folder: &str, count: usize| vec![folder; count].join(":");
    let far = "a/".repeat(20_000);
    let calls: Vec<String> = (0..2_000).map(|at| format!("c{at}")).collect();
    let calls = calls.join(";");
    let run = |at| format!("\n/etc/service/{at}/run 0755\n| #!/bin/sh\n| {calls}");
    let runs = (0..200).map(run).collect::<Vec<String>>().concat();
    let section = |at: usize| format!("| [program:p{at}]\n| command=x\n");
    let sections = |count| (0..count).map(section).collect::<Vec<String>>().concat();
    let link = |at: usize| format!("/s{at} 0755\n| #!/bin/sh\n| /s{}\n", at + 1);
    let links = |count| (0..count).map(link).collect::<Vec<String>>().concat();
    let chain = |count| format!("CMD /s0\n{}", links(count));
    let folders: Vec<String> = (0..101).map(|at| format!("/f{at}")).collect();
    for (text, why) in [
        (format!("CMD {}", words("exec", 30_000)), "too many steps"),
        (
            format!("ENTRYPOINT {}", words("env A=b", 5_000)),
            "too many steps",
        ),
        (
            format!("CMD {} x", words("tini --", 15_000)),
            "too many steps",
        ),
        (script(&words("exec", 8_000)), "too many steps"),
        (
            format!("CMD runsvdir\nENV PATH={}{runs}", path(&far, 100)),
            "more programs than are told",
        ),
        (
            format!("CMD app\nENV PATH={}", folders.join(":")),
            "more than 100 folders",
        ),
        (script(&calls), "more programs than are told"),
        (
            script(&"A=1 x;".repeat(10_000)),
            "more commands than are told",
        ),
        ("CMD /x\n/x 0755 script 65537B".to_owned(), "too large"),
        (
            "CMD /x\n/x 0755 script".to_owned(),
            "it was not read, and says what is started",
        ),
        ("/etc/passwd 0644 9B".to_owned(), "it was not read"),
        ("/etc/group 0644 9B".to_owned(), "it was not read"),
        (
            format!("/etc/supervisord.conf\n{}", sections(501)),
            "supervisors have more",
        ),
        (chain(9), "start scripts too often"),
        (
            format!("DO RUN {}", "true;".repeat(10_001)),
            "history[0] has more commands",
        ),
    ] {
        let start: String = text.chars().take(60).collect();
        let (_, gaps) = told(&text);
        let is_told = gaps.iter().any(|gap| gap.why.contains(why));
        assert!(is_told, "{start}: {gaps:?}");
    }
}

#[test]
fn configurations_that_are_not_there_are_a_gap() {
    let many = vec!["a"; 51].join(" ");
    for (text, why) in [
        (
            "CMD supervisord -c /opt/x.conf".to_owned(),
            "it is the configuration of supervisord, and not in the image",
        ),
        (
            "CMD supervisord".to_owned(),
            "its configuration is not in the image",
        ),
        (
            "CMD [\"sh\", \"-c\", \"supervisord -c $X\"]".to_owned(),
            "which configuration supervisord reads",
        ),
        (
            "CMD supervisord -c /x\n/x 0644 9B".to_owned(),
            "it was not read, and says what is started",
        ),
        (
            format!("CMD supervisord -c /x\n/x\n| [include]\n| files={many}"),
            "more patterns than are followed",
        ),
    ] {
        let (_, gaps) = told(&text);
        let is_told = gaps.iter().any(|gap| gap.why.contains(why));
        assert!(is_told, "{text}: {gaps:?}");
    }
}

/// A repository with a login is worse than one without.
#[test]
fn logins_of_repositories_are_grave() {
    let config = "/app/.git/config\n| [remote \"origin\"]\n|   url = https://";
    for (text, want) in [
        (format!("{config}github.com/x/y"), Severity::Low),
        (
            format!("{config}ghp_abcdefghijk@github.com/x/y"),
            Severity::High,
        ),
        (
            format!(
                "{config}github.com/x/y\n/app/.git/modules/s/config\n| url=https://a:word@x.example/y"
            ),
            Severity::High,
        ),
    ] {
        let flaws = judged(&text);
        let found: Vec<&model::Flaw> = flaws.iter().filter(|it| it.rule == "SEC-GIT").collect();
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!(found[0].severity, want, "{text}");
    }
}

/// How an image is upgraded its own package manager says.
#[test]
fn advice_is_of_the_distribution() {
    for (line, want) in [
        (
            "/usr/bin/apt-get 0755 elf",
            "RUN apt-get update && apt-get upgrade -y",
        ),
        ("/sbin/apk 0755 elf", "RUN apk upgrade --no-cache"),
        ("/usr/bin/dnf 0755 elf", "RUN dnf upgrade -y"),
        ("/usr/bin/microdnf 0755 elf", "RUN microdnf upgrade -y"),
        ("/usr/bin/yum 0755 elf", "RUN yum update -y"),
        (
            "/usr/bin/zypper 0755 elf",
            "RUN zypper --non-interactive update",
        ),
        ("/usr/bin/tdnf 0755 elf", "RUN tdnf update -y"),
        ("/usr/bin/x 0755 elf", "build again on a newer base"),
    ] {
        let flaws = judged(&format!("FIX HIGH 2025-10-01\n{line}"));
        let flaw = flaws.iter().find(|it| it.rule == "FRE-LAG").unwrap();
        assert!(flaw.fix.starts_with(want), "{line}: {}", flaw.fix);
    }
}

/// What the configuration says is its author's, whoever made the folder that it names.
#[test]
fn settings_belong_to_no_layer() {
    let base = "BASE debian 1\nCOPY base /\n/etc/passwd 0644\n| app:x:1000:1000::/:/bin/sh\n\
                /etc/x 0644 1B\n/app 0644 elf\nCOPY own /\n/own 0644 1B\n";
    for (line, rule) in [
        ("VOLUME /etc", "DAT-VOLSYS"),
        ("USER app", "USR-NONUM"),
        ("CMD /app", "FUN-NOSTART"),
    ] {
        let flaws = judged(&format!("{base}{line}"));
        let flaw = flaws.iter().find(|flaw| flaw.rule == rule).unwrap();
        assert_eq!(flaw.evidence.layer, None, "{rule}");
        assert_eq!(flaw.part, model::Part::Own, "{rule}");
    }
}

/// Whoever builds an image writes its labels: what they say of it is told, and changes no other rule, however
/// much they look like settings of ours, of builders or of runtimes.
#[test]
fn labels_are_told_and_not_obeyed() {
    let image = "OS debian 12\nALLOW debian:*\nCMD sshd\nCOPY a /\n/usr/sbin/sshd 0755 elf\n\
                 /etc/x 0666 1B\n/usr/bin/y 4777 elf\nDO RUN curl http://x | sh";
    let about_labels =
        |flaw: &model::Flaw| matches!(&*flaw.rule, "LAB-OCI" | "BAS-UNKNOWN" | "BAS-DENIED");
    let others = |text: &str| {
        let mut flaws = judged(text);
        assert!(flaws.iter().any(|flaw| flaw.rule == "BAS-DENIED"), "{text}");
        flaws.retain(|flaw| !about_labels(flaw));
        flaws
    };
    let plain = others(image);
    assert!(plain.len() > 5, "{plain:?}");
    for label in [
        "org.opencontainers.image.base.name=debian:12",
        "org.opencontainers.image.created=2099-01-01T00:00:00Z",
        "seaworthy.ignore=USR-ROOT",
        "USER=10001",
        "HEALTHCHECK=CMD true",
        "RUN=docker run --user 10001 IMAGE",
        "devcontainer.metadata=[{\"remoteUser\":\"app\"}]",
        "io.kubernetes.cri-o.userns-mode=auto",
        "maintainer=$(id)",
        "=",
    ] {
        assert_eq!(others(&format!("LABEL {label}\n{image}")), plain, "{label}");
    }
}
