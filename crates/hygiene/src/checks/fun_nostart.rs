//! What the image starts does not exist, is not executable, or lacks its loader.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "FUN-NOSTART",
        title: "entrypoint cannot start",
        severity: Severity::High,
        concern: "no container of the image will run",
        fix: "check ENTRYPOINT and CMD, the mode of the file, and that its loader or interpreter is in the image",
        maps_to: &[],
    },
    ask: Some(ask),
    bad: &[
        "ENTRYPOINT /database/run\nVOLUME /data",
        "ENTRYPOINT run\nWORKDIR /data\nVOLUME /data\n/bin/x 0755 elf",
        "CMD app\nENV PATH=/a:/b\n/a/app 0644\n/b/x 0755 elf",
        "CMD /app",
        "CMD /app\n/app 0644 elf",
        "CMD /app\n/app 0755 elf:/lib/ld-musl-x86_64.so.1",
        "CMD /app\n/app 0755\n| #!/bin/bash",
        "CMD /a\n/a -> b\n/b -> a",
        "CMD /app\n/app 0755\n| #!/bin/sh\r\n/bin/sh 0755 elf",
        "CMD /app\n/app 0755\n| #!/usr/bin/env bash\n/usr/bin/env 0755 elf",
        "CMD /a\n/a 0755\n| #!/b\n/b 0755\n| #!/a",
        "CMD /a\n/a 0755\n| #!/b\n/b 0644 elf",
        "CMD /app\n/app 0755\n| echo hello",
        "CMD /app\n/app 0755 0B",
        "CMD /app\n/app 0755\n| #!",
        "CMD /app\nUSER 65532\n/app 0700 elf",
        "CMD /app\nUSER web\n/app 0744 elf\n/etc/passwd\n| web:x:10:10::/:/bin/sh",
        "ENTRYPOINT /bin/sh /docker-entrypoint.sh\n/bin/sh 0755 elf",
        "CMD sh start.sh\n/bin/sh 0755 elf",
        "CMD /bin/bash -o pipefail /x\n/bin/bash 0755 elf",
        "CMD /d/app\nUSER 65532\n/d 0700 dir\n/d/app 0755 elf",
        "CMD /app\nUSER 4000:4000\n/app 0750 g1001 elf",
        "CMD /app\nUSER web\n/app 0750 g1001 elf\n/etc/passwd\n| web:x:10:10::/:/bin/sh",
        "ENTRYPOINT tini -- /app\n/usr/bin/tini 0755 elf\n/app 0644 elf",
        "ENTRYPOINT dumb-init --rewrite 15:3 -- /app\n/usr/bin/dumb-init 0755 elf",
    ],
    good: &[
        "ENTRYPOINT /data/run\nVOLUME /data",
        "ENTRYPOINT ./run\nWORKDIR /data/x\nVOLUME /data",
        "ENTRYPOINT tini -- /data/run\nVOLUME /data/\n/usr/bin/tini 0755 elf",
        "CMD app\nENV PATH=/a:/b\n/a/app 0644\n/b/app 0755 elf",
        "CMD app\nENV PATH=/opt/bin:/bin\n/opt/bin/app 0755 elf",
        "CMD /app\n/app -> srv/app\n/srv/app 0755 elf:/lib/ld.so\n/lib/ld.so 0755 elf",
        "LABEL a=b",
        "CMD /app\n/app 0755\n| #!/usr/bin/env -S bash -e\n/usr/bin/env 0755 elf\n/bin/bash 0755 elf",
        "CMD /a\n/a 0755\n| #!/b -x\n/b 0755\n| #!/bin/sh\n/bin/sh 0755 elf",
        "ENTRYPOINT dumb-init --rewrite 15:3 app\n/usr/bin/dumb-init 0755 elf\n/bin/app 0755 elf",
        "CMD /app\nUSER 65532\n/app 0700 u65532 elf",
        "CMD /app\nUSER 65532\n/app 0750 elf",
        "CMD /app\n/app 0700 elf",
        "ENTRYPOINT /bin/sh -e /x/run.sh\n/bin/sh 0755 elf\n/x/run.sh 0644 9B",
        "CMD /bin/sh /data/run.sh\nVOLUME /data\n/bin/sh 0755 elf",
        "CMD /bin/bash -o pipefail /x\n/bin/bash 0755 elf\n/x 0644 9B",
        "CMD sh start.sh\n/bin/sh 0755 elf\n/start.sh 0644 9B",
        "CMD sh start.sh\nWORKDIR /app\nVOLUME /app\n/bin/sh 0755 elf",
        "CMD sh start.sh\nWORKDIR /app\n/bin/sh 0755 elf\n/app/start.sh 0644 9B",
        "CMD /d/app\nUSER 65532\n/d 0711 dir\n/d/app 0755 elf",
        "CMD /app\nUSER 4000:1001\n/app 0750 g1001 elf",
        "CMD /app\nUSER web\n/app 0750 g1001 elf\n/etc/passwd\n| web:x:10:10::/:/bin/sh\n/etc/group\n| app:x:1001:web",
        "ENTRYPOINT gosu app $CMD\n/usr/bin/gosu 0755 elf",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    if let Some(obstacle) = &asking.facts.start.obstacle {
        hits.push(Hit::new(obstacle.what.clone()).set(&obstacle.path));
    }
}
