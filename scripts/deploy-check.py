"""The rules of deploy/ that no tool knows: that its files agree with each other, with Hearth's settings and with the sources.

scripts/deploy-check.sh calls it in the root of the repository, with a folder for temporary files and, if there is one, a built hearth.
Every fault is a line; the exit status is 1 if there is any.
"""

import json
import os
import re
import subprocess
import sys
import traceback
from pathlib import Path

import yaml

DEPLOY = Path("deploy")
COMPOSE = DEPLOY / "compose.yaml"
GRAFANA = Path("grafana")
KUBERNETES = DEPLOY / "kubernetes"
TEMPORARY = Path(sys.argv[1])
HEARTH = Path(sys.argv[2]).resolve() if len(sys.argv) > 2 else None
PLACEHOLDER = "0123456789abcdef0123456789abcdef"
# What is cancelled after the drain may take this long; see maximumGracefulShutdownDuration in ServiceLife.
AFTER_DRAIN = 5

faults = []


def fault(where, what):
    faults.append(f"{where}: {what}")


class UniqueKeys(yaml.SafeLoader):
    """A key that occurs twice is a mistake that YAML's readers pass over in silence."""

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key_node, _ in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            if key is not None and key != "<<" and key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key} occurs twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


def read_all():
    """Every YAML and JSON file of deploy/ and grafana/, by path; several documents of one file as a list."""
    documents = {}
    for path in [*sorted(DEPLOY.rglob("*")), *sorted(GRAFANA.rglob("*"))]:
        try:
            if path.suffix in (".yaml", ".yml"):
                documents[path] = [one for one in yaml.load_all(path.read_text(encoding="utf-8"), UniqueKeys) if one is not None]
            elif path.suffix == ".json":
                documents[path] = [json.loads(path.read_text(encoding="utf-8"))]
        except (yaml.YAMLError, json.JSONDecodeError, UnicodeDecodeError) as error:
            fault(path, f"cannot be read: {error}")
    return documents


def seconds(text):
    """Of 25s, 1m or 45."""
    match = re.fullmatch(r"(\d+)(s|m|min)?", str(text))
    if not match:
        raise ValueError(f"{text} is not a time that this check understands")
    return int(match[1]) * (60 if match[2] in ("m", "min") else 1)


VARIABLE = re.compile(r"(?<![A-Za-z0-9_])(?:HEARTH|REDIS|DATABASE|OPENAI)_[A-Z0-9_]*[A-Z0-9]")


def check_variables():
    """What is named after Hearth's settings is one of them."""
    known = set()
    for source in ("config/hearth.example.yaml", "docs/configuration.md"):
        known.update(VARIABLE.findall(Path(source).read_text(encoding="utf-8")))
    if len(known) < 10:
        fault("config/hearth.example.yaml", "names hardly any variable; this check would find nothing")
    for path in sorted(DEPLOY.rglob("*")):
        if path.is_file() and path.name != ".env":
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                for name in VARIABLE.findall(line):
                    if name not in known:
                        fault(f"{path}:{number}", f"{name} is no variable of Hearth")


REFERENCE = re.compile(r"\$\$|\$\{([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-?])([^}]*))?\}")


def references(value):
    """Of the variables of Compose in a value: name, operator, text."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [one for item in value for one in references(item)]
    return [match.groups() for match in REFERENCE.finditer(value) if match[1]] if isinstance(value, str) else []


def filled_in(text, values):
    def replacement(match):
        if not match[1]:
            return "$"
        return values.get(match[1]) or (match[3] if match[2] in (":-", "-") else "")

    return REFERENCE.sub(replacement, text)


def check_environment_file(compose):
    """The example names what Compose asks for, and gives no secret away. Returns it with something in every place."""
    path = DEPLOY / ".env.example"
    lines = path.read_text(encoding="utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))
    optional = {match[1] for line in lines if (match := re.match(r"#([A-Z_]+)=", line))}
    used = references(compose)
    required = {name for name, operator, _ in used if operator == ":?"}
    for name, operator, text in used:
        if operator is None:
            fault(COMPOSE, f"${{{name}}} is used without saying what happens when it is not set")
        if operator == ":?" and not text.startswith(f"{name} is not set in deploy/.env"):
            fault(COMPOSE, f"${{{name}:?…}} does not say which variable is not set")
        if operator != ":?" and name not in optional and name != "REVISION":
            fault(path, f"does not name {name}, which compose.yaml uses")
    for name in sorted(required - set(given)):
        fault(path, f"does not ask for {name}, without which Compose does nothing")
    for name in sorted(set(given) - required):
        fault(path, f"asks for {name}, which compose.yaml can do without")
    for name, value in given.items():
        if value:
            fault(path, f"gives {name} a value; everybody would have the same one")
    filled = dict.fromkeys(required, PLACEHOLDER)
    lines = [f"{name}={value}\n" for name, value in sorted(filled.items())]
    (TEMPORARY / "filled.env").write_text("".join(lines), encoding="utf-8")
    return filled


SECRET_NAME = re.compile(r"PASSWORD|SECRET|TOKEN|_KEYS?$|AUTH$|^(REDIS|DATABASE)_URL$")


def check_service(name, service, compose):
    """Each container has as few rights as it can do with, and limits."""
    where = f"{COMPOSE}, {name}"
    for key, wanted in (("read_only", True), ("cap_drop", ["ALL"]), ("security_opt", ["no-new-privileges:true"])):
        if service.get(key) != wanted:
            fault(where, f"{key} is not {wanted}")
    for key in ("healthcheck", "networks", "restart", "logging"):
        if not service.get(key):
            fault(where, f"has no {key}")
    limits = service.get("deploy", {}).get("resources", {}).get("limits", {})
    for key in ("cpus", "memory", "pids"):
        if key not in limits:
            fault(where, f"has no limit on {key}")
    for port in service.get("ports", []):
        if not str(port).startswith("127.0.0.1:"):
            fault(where, f"publishes {port} on more than 127.0.0.1")
    for other, condition in service.get("depends_on", {}).items():
        if other not in compose["services"]:
            fault(where, f"depends on {other}, which does not exist")
        elif condition.get("condition") == "service_healthy" and "healthcheck" not in compose["services"][other]:
            fault(where, f"waits for the health of {other}, which has no check")
    for network in service.get("networks", []):
        if network not in compose["networks"]:
            fault(where, f"is in the network {network}, which does not exist")
    for variable, value in service.get("environment", {}).items():
        if SECRET_NAME.search(variable) and not references(value):
            fault(where, f"{variable} has a value of its own; secrets come from deploy/.env")
    check_mounts(where, service, compose)


def check_mounts(where, service, compose):
    """What is mounted exists, and so does every file that a command names below a mount."""
    binds = {}
    for volume in service.get("volumes", []):
        if not isinstance(volume, str):
            fault(where, f"{volume} is not in the short form, which is all that this check understands")
            continue
        source, target, *options = volume.split(":")
        if source.startswith((".", "/")):
            if not (DEPLOY / source).exists():
                fault(where, f"mounts {source}, which does not exist")
            if options != ["ro"]:
                fault(where, f"mounts {source} without :ro")
            binds[target] = DEPLOY / source
        elif source not in compose["volumes"]:
            fault(where, f"uses the volume {source}, which is not declared")
    command = service.get("command", [])
    for word in re.findall(r"/etc/[A-Za-z0-9_./-]+", " ".join(command) if isinstance(command, list) else command):
        for target, source in binds.items():
            if word.startswith(target + "/") and not (source / word[len(target) + 1 :]).is_file():
                fault(where, f"{word} does not exist: there is no such file in {os.path.normpath(source)}")
    build = service.get("build")
    if build and not (DEPLOY / build["context"] / build["dockerfile"]).is_file():
        fault(where, f"{build['dockerfile']} does not exist")


def check_monitoring(documents, compose):
    """Prometheus asks services that exist at ports that they have; Grafana reads the folder that is mounted."""
    services = compose["services"]
    admin_port = services["hearth"]["environment"]["HEARTH_ADMIN_PORT"]
    path = DEPLOY / "prometheus/prometheus.yml"
    prometheus = documents.get(path, [{}])[0]
    jobs = {job["job_name"]: job for job in prometheus.get("scrape_configs", [])}
    if "hearth" not in jobs:
        fault(path, 'has no job "hearth", which all rules are about')
    for job in jobs.values():
        targets = [target for group in job.get("static_configs", []) for target in group["targets"]]
        targets += [f"{name}:{one['port']}" for one in job.get("dns_sd_configs", []) for name in one["names"]]
        for target in targets:
            host, port = target.rsplit(":", 1)
            if host not in services and host != "localhost":
                fault(path, f"asks {target}, which is no service of compose.yaml")
            if job["job_name"] == "hearth" and port != admin_port:
                fault(path, f"asks {target}, but the port for metrics is {admin_port}")
    binds = {target: DEPLOY / source for source, target, *_ in (one.split(":") for one in services["prometheus"].get("volumes", []))}
    for pattern in prometheus.get("rule_files", []):
        folder, name = os.path.split(pattern)
        if folder not in binds:
            fault(path, f"reads rules from {folder}, which compose.yaml does not mount")
        elif not list(binds[folder].glob(name)):
            fault(path, f"reads rules from {pattern}, and there are none in {os.path.normpath(binds[folder])}")
    mounted = {volume.split(":")[1] for volume in services["grafana"].get("volumes", [])}
    path = GRAFANA / "provisioning/dashboards/hearth.yml"
    for provider in documents[path][0]["providers"]:
        if provider["options"]["path"] not in mounted:
            fault(path, f"reads {provider['options']['path']}, which compose.yaml does not mount")
    path = GRAFANA / "provisioning/datasources/prometheus.yml"
    for source in documents[path][0]["datasources"]:
        host, port = source["url"].removeprefix("http://").rsplit(":", 1)
        if not any(published.endswith(f":{port}") for published in services.get(host, {}).get("ports", [])):
            fault(path, f"asks {source['url']}, which is no service of compose.yaml with that port")
        scraped = prometheus["global"]["scrape_interval"]
        if source["jsonData"]["timeInterval"] != scraped:
            fault(path, f"says that Prometheus scrapes each {source['jsonData']['timeInterval']}, but it does each {scraped}")


def check_image():
    """The Dockerfile copies what its context has, and installs what the build needs."""
    path = DEPLOY / "Dockerfile"
    text = path.read_text(encoding="utf-8")
    allowed = {line[1:] for line in Path(".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")}

    def is_in_context(name):
        return any(name == one or name.startswith(one + "/") for one in allowed)

    for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE):
        for source in sources.split():
            if source != "." and "*" not in source and not (Path(source).exists() and is_in_context(source)):
                fault(path, f"copies {source}, which does not exist or is left out by .dockerignore")
    for folder in {"Sources"} | set(re.findall(r'path: "([^"/]+)/', Path("Package.swift").read_text(encoding="utf-8"))):
        if not is_in_context(folder):
            fault(".dockerignore", f"leaves out {folder}, which Package.swift names")
    needed = re.search(r"^libraries=\((.*)\)", Path("scripts/libraries.sh").read_text(encoding="utf-8"), re.MULTILINE)
    for library in needed[1].split() if needed else []:
        if library not in text:
            fault(path, f"does not install {library}, which scripts/libraries.sh needs for the build")
    for instruction in ("HEALTHCHECK", "USER 10001:10001", "STOPSIGNAL SIGTERM", "VOLUME", "EXPOSE", "LABEL"):
        if not re.search(rf"^{instruction}\b", text, re.MULTILINE):
            fault(path, f"has no {instruction}")


def check_kubernetes(documents):
    """What names something else in the manifests names what is there."""
    resources = {}
    for path, found in documents.items():
        if path.parent == KUBERNETES and path.name != "kustomization.yaml":
            for resource in found:
                resources[resource["kind"], resource["metadata"]["name"]] = resource
                if "namespace" in resource["metadata"]:
                    fault(path, "names a namespace; it is given when it is applied")
    listed = set(documents.get(KUBERNETES / "kustomization.yaml", [{}])[0].get("resources", []))
    there = {path.name for path in documents if path.parent == KUBERNETES} - {"kustomization.yaml", "secret.example.yaml"}
    if listed != there:
        fault(KUBERNETES / "kustomization.yaml", f"does not list what is there: {', '.join(sorted(listed ^ there))}")
    if ("Deployment", "hearth") not in resources:
        fault(KUBERNETES, "has no Deployment named hearth")
        return
    path = KUBERNETES / "deployment.yaml"
    template = resources["Deployment", "hearth"]["spec"]["template"]
    labels = template["metadata"]["labels"].items()
    spec = template["spec"]
    container = spec["containers"][0]
    selectors = [one["labelSelector"]["matchLabels"] for one in spec["topologySpreadConstraints"]]
    selectors += [resources[kind, "hearth"]["spec"]["selector"]["matchLabels"] for kind in ("Deployment", "PodDisruptionBudget")]
    selectors.append(resources["Service", "hearth"]["spec"]["selector"])
    selectors.append(resources["NetworkPolicy", "hearth"]["spec"]["podSelector"]["matchLabels"])
    if any(not selector.items() <= labels for selector in selectors):
        fault(KUBERNETES, "a selector does not find the replicas of the Deployment")
    ports = {port["name"] for port in container["ports"]}
    asked = {container[probe]["httpGet"]["port"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")}
    asked |= {port["targetPort"] for port in resources["Service", "hearth"]["spec"]["ports"]}
    asked |= {port["port"] for rule in resources["NetworkPolicy", "hearth"]["spec"]["ingress"] for port in rule["ports"]}
    if asked - ports:
        fault(KUBERNETES, f"the container has no port {', '.join(map(str, asked - ports))}")
    for volume in spec["volumes"]:
        name = volume.get("configMap", {}).get("name")
        if name and ("ConfigMap", name) not in resources:
            fault(path, f"mounts the ConfigMap {name}, which does not exist")
    names = {one["configMapRef"]["name"] for one in container["envFrom"]}
    for name in names - {name for kind, name in resources if kind == "ConfigMap"}:
        fault(path, f"takes variables from the ConfigMap {name}, which does not exist")
    keys = resources["Secret", "hearth"]["stringData"]
    for variable in container["env"]:
        if variable["name"].endswith("_FILE") and Path(variable["value"]).name not in keys:
            fault(path, f"{variable['name']} names {variable['value']}, which is not in secret.example.yaml")
    if spec["securityContext"]["runAsUser"] != 10001:
        fault(path, "does not run as the user of the image")


def check_times(documents, compose):
    """Whoever ends Hearth waits until it has drained."""
    path = DEPLOY / "hearth/hearth.yaml"
    settings = documents[path][0]
    needed = seconds(settings["shutdown"]["drain"]) + AFTER_DRAIN
    for name, service in compose["services"].items():
        if service.get("image", "") == compose["x-hearth"]["image"] and seconds(service["stop_grace_period"]) <= needed:
            fault(f"{COMPOSE}, {name}", f"stop_grace_period is not more than {needed} s")
    unit = (DEPLOY / "systemd/hearth.service").read_text(encoding="utf-8")
    limit = re.search(r"^TimeoutStopSec=(\S+)", unit, re.MULTILINE)
    if not limit or seconds(limit[1]) <= needed:
        fault(DEPLOY / "systemd/hearth.service", f"TimeoutStopSec is not more than {needed} s")
    pod = documents[KUBERNETES / "deployment.yaml"][0]["spec"]["template"]["spec"]
    before = int(pod["containers"][0]["lifecycle"]["preStop"]["exec"]["command"][1])
    if pod["terminationGracePeriodSeconds"] <= before + needed:
        fault(KUBERNETES / "deployment.yaml", f"terminationGracePeriodSeconds is not more than {before + needed}")
    for resource in documents[KUBERNETES / "configmap.yaml"]:
        if "hearth.yaml" in resource["data"] and yaml.safe_load(resource["data"]["hearth.yaml"]) != settings:
            fault(KUBERNETES / "configmap.yaml", f"hearth.yaml says something else than {path}")


def judge(where, environment, file=None, is_refused=False):
    """What Hearth itself says about a configuration, in an environment that has nothing else."""
    command = [str(HEARTH), "config", "check"] + (["--config", str(file.resolve())] if file else [])
    environment = {"PATH": os.environ["PATH"], **environment}
    # In a folder without a hearth.yaml of a developer.
    done = subprocess.run(command, env=environment, cwd=TEMPORARY, capture_output=True, text=True, timeout=60)
    if is_refused and done.returncode != 2:
        fault(where, f"Hearth would start with the placeholders: status {done.returncode}")
    if not is_refused and done.returncode != 0:
        fault(where, "Hearth refuses it:\n" + done.stdout + done.stderr)


def check_configurations(documents, compose, filled):
    """What Hearth would be started with is what it takes, and the placeholders are not."""
    for name, service in compose["services"].items():
        if "HEARTH_PROFILE" in service.get("environment", {}):
            environment = {key: filled_in(value, filled) for key, value in service["environment"].items()}
            judge(f"{COMPOSE}, {name}", environment, DEPLOY / "hearth/hearth.yaml")

    example = DEPLOY / "systemd/hearth.env.example"
    lines = example.read_text(encoding="utf-8").splitlines()
    environment = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))
    judge(example, environment, is_refused=True)
    judge(example, {key: value or PLACEHOLDER for key, value in environment.items()})
    proposed = dict(line[1:].split("=", 1) for line in lines if re.match(r"#[A-Z_]+=", line))
    judge(example, {**{key: value or PLACEHOLDER for key, value in environment.items()}, **proposed})

    variables = {}
    for resource in documents[KUBERNETES / "configmap.yaml"]:
        if resource["metadata"]["name"] == "hearth-environment":
            variables = resource["data"]
    secrets = documents[KUBERNETES / "secret.example.yaml"][0]["stringData"]
    container = documents[KUBERNETES / "deployment.yaml"][0]["spec"]["template"]["spec"]["containers"][0]
    paths = {one["name"]: Path(one["value"]).name for one in container["env"]}
    values = {
        "redis-url": "rediss://user:password@redis:6379/0",
        "database-url": "postgres://user:password@postgres:5432/hearth?sslmode=verify-full",
    }
    for is_refused in (True, False):
        environment = dict(variables)
        for variable, key in paths.items():
            file = TEMPORARY / key
            file.unlink(missing_ok=True)
            file.write_text(secrets[key] if is_refused else values.get(key, PLACEHOLDER), encoding="utf-8")
            file.chmod(0o440)
            environment[variable] = str(file)
        judge(KUBERNETES, environment, DEPLOY / "hearth/hearth.yaml", is_refused)


def check(documents):
    check_variables()
    check_image()
    compose = documents.get(COMPOSE, [{}])[0]
    if not compose.get("services"):
        fault(COMPOSE, "has no services")
        return
    filled = check_environment_file(compose)
    for name, service in compose["services"].items():
        check_service(name, service, compose)
    check_monitoring(documents, compose)
    check_kubernetes(documents)
    check_times(documents, compose)
    if HEARTH:
        check_configurations(documents, compose, filled)


documents = read_all()
# What cannot be read is said first; the rest would only repeat it.
if not faults:
    try:
        check(documents)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, OSError) as error:
        # A part that the rules need is missing. Which one is seen from the place; silence would pass a broken folder.
        place = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == __file__][-1]
        fault(DEPLOY, f"{place.name} (line {place.lineno}) did not find what it looks for: {error!r}")
for one in faults:
    print(one)
sys.exit(1 if faults else 0)
