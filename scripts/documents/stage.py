"""A folder like a fresh clone, a shell in it, and the servers that a document says it needs."""

import glob
import os
import pathlib
import shutil
import signal
import subprocess
import time

from documents.blocks import Fault

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Of programs that come with a package of another name.
PACKAGES = {"psql": "postgresql", "promtool": "prometheus", "amtool": "prometheus-alertmanager"}


# What stands before each block: it begins where the last one ended, with its variables, and leaves both for the next.
PREAMBLE = '''set -ea -o pipefail
. STATE
trap '{ export -p | grep -v "^declare -x PATH="; printf "cd %q\\n" "$PWD"; } >STATE' EXIT
'''


class Running:
    """A program in a process group of its own, whose output goes to a file."""

    def __init__(self, arguments, log, **options):
        self.log, self.arguments = log, arguments
        with open(log, "wb") as output:
            self.process = subprocess.Popen(
                arguments, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True, **options)

    def printed(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait_until(self, text, seconds):
        end = time.monotonic() + seconds
        while text not in self.printed():
            if self.process.poll() is not None:
                raise Fault(f"it ended with status {self.process.returncode} before it printed “{text}”:\n{self.printed()[-3000:]}")
            if time.monotonic() > end:
                raise Fault(f"it did not print “{text}” within {seconds:.0f} s:\n{self.printed()[-3000:]}")
            time.sleep(0.05)

    def stop(self, by=signal.SIGTERM, seconds=40):
        """Ends the group as Ctrl-C or a supervisor does, and by force what does not heed it or was left behind."""
        for number, patience in ((by, seconds), (signal.SIGKILL, 5)):
            try:
                os.killpg(self.process.pid, number)
                self.process.wait(patience)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue
        self.process.wait()


class Stage:
    """Everything that the commands of one document see of the machine."""

    def __init__(self, folder, program, fresh):
        self.folder, self.clone, self.fresh = folder, folder / "hearth", fresh
        self.state, self.running, self.background, self.count = folder / "state", [], [], 0
        self.prepare_clone(program)
        programs = folder / "bin"
        programs.mkdir()
        (programs / "hearth").symlink_to(self.clone / ".build/release/hearth")
        postgres = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
        self.path = [str(programs), *os.environ["PATH"].split(":"), "/usr/sbin", "/sbin", *postgres[-1:]]
        self.state.write_text(f"cd {self.clone}\n")

    def prepare_clone(self, program):
        if self.fresh:
            subprocess.run(["git", "clone", "--quiet", str(ROOT), str(self.clone)], check=True)
            return
        listed = subprocess.run(
            ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"], check=True, capture_output=True)
        for name in filter(None, listed.stdout.decode().split("\0")):
            if (ROOT / name).is_file():
                (self.clone / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self.clone / name)
        (self.clone / ".build/release").mkdir(parents=True)
        (self.clone / ".build/release/hearth").symlink_to(program)

    def environment(self):
        kept = {name: os.environ[name] for name in ("TMPDIR", "JOBS", "SSL_CERT_FILE", "http_proxy", "https_proxy", "no_proxy") if name in os.environ}
        home = os.environ.get("HOME", str(self.folder)) if self.fresh else str(self.folder)
        return {**kept, "PATH": ":".join(self.path), "HOME": home, "LANG": "C.UTF-8", "COLUMNS": "100", "PYTHONDONTWRITEBYTECODE": "1"}

    def launch(self, text):
        """Runs the text as somebody who pastes it: with the folder and the variables that earlier blocks left."""
        self.count += 1
        script = self.folder / f"block-{self.count}.sh"
        script.write_text(PREAMBLE.replace("STATE", str(self.state)) + text)
        started = Running(["bash", str(script)], self.folder / f"block-{self.count}.log", cwd=self.clone, env=self.environment())
        self.running.append(started)
        return started

    def run(self, text, seconds):
        started = self.launch(text)
        try:
            return started.process.wait(seconds), started.printed()
        except subprocess.TimeoutExpired:
            raise Fault(f"it did not end within {seconds} s:\n{started.printed()[-3000:]}") from None

    def start(self, text, until, seconds):
        started = self.launch(text)
        self.background.append(started)
        started.wait_until(until, seconds)
        return started.printed()

    def interrupt(self):
        """Ctrl-C in the terminal of the program that was started last."""
        if not self.background:
            raise Fault("nothing runs that could be interrupted")
        last = self.background.pop()
        last.stop(signal.SIGINT)
        return last.printed()

    def provide(self, needs):
        for need in needs.split():
            if need == "key":
                self.state.write_text(self.state.read_text() + "export OPENAI_API_KEY=sk-of-a-test\n")
            elif need == "openai":
                self.path.insert(0, str(python_with("openai") / "bin"))
            elif provide := {"hearth": self.provide_hearth, "redis": self.provide_redis, "postgres": self.provide_postgres}.get(need):
                provide()
            elif not shutil.which(need, path=":".join(self.path)):
                raise Fault(f"{need} is not here. Install: apt-get install {PACKAGES.get(need, need)}")

    def serve(self, arguments, text, name, **options):
        server = Running(arguments, self.folder / f"{name}.log", **options)
        self.running.append(server)
        server.wait_until(text, 60)

    def provide_hearth(self):
        self.serve(
            [str(self.clone / ".build/release/hearth"), "serve", "--simulate-provider"], '"event":"ready"', "hearth", cwd=self.clone,
            env=self.environment())
        self.run("until hearth jobs runs warm-cache --outcome success | grep -q success; do sleep 0.1; done", 60)

    def provide_redis(self):
        self.provide("redis-server")
        self.serve(["redis-server", "--port", "6379", "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)],
                   "Ready to accept connections", "redis")

    def provide_postgres(self):
        """A PostgreSQL on its usual port that lets its superuser in without a password; it refuses to run as root."""
        self.provide("psql")
        data, environment = self.folder / "postgres", {"PATH": ":".join(self.path), "LANG": "C.UTF-8"}
        user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
        data.mkdir(mode=0o700)
        if user:
            self.folder.chmod(0o755)
            shutil.chown(data, "postgres", "postgres")
        binaries = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
        made = subprocess.run([binaries + "/initdb", "-D", str(data), "-U", "postgres", "--auth-local", "trust", "--auth-host", "scram-sha-256",
                               "--no-sync"], capture_output=True, text=True, env=environment, cwd="/", **user)
        if made.returncode:
            raise Fault(f"initdb failed: {made.stderr}")
        self.serve([binaries + "/postgres", "-D", str(data), "-p", "5432", "-k", str(data), "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"],
                   "ready to accept connections", "postgres", env=environment, cwd="/", **user)
        # Where Debian's packages have the socket, so that `psql` finds it as on a machine of one's own.
        self.state.write_text(self.state.read_text() + f"export PGHOST={data} PGUSER=postgres\n")

    def close(self):
        for running in reversed(self.running):
            running.stop(seconds=10)


def python_with(package):
    """An environment of Python that has the package, installed once below .build; the tests of clients use the same."""
    folder = ROOT / f".build/{package}-client"
    if not (folder / "installed").exists():
        subprocess.run(["python3", "-m", "venv", "--clear", str(folder)], check=True)
        subprocess.run([str(folder / "bin/python"), "-m", "pip", "install", "--quiet", package], check=True)
        (folder / "installed").touch()
    return folder
