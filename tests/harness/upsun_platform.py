#!/usr/bin/env python3
"""A stand-in for Upsun that the real CLI accepts: API, token endpoint, certificates, SSH, and apps.

Each project id is one story: a healthy app, a broken one, or a platform that fails. Apps run in
namespaces of their own, so that what a probe reads in a container is really so. Requests that are
not reads are counted in WRITES. The first line on standard output is JSON: ports, keys, files.
"""
import asyncio
import base64
import datetime
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlparse

import asyncssh
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

STATE = sys.argv[1]
WRITES = os.path.join(STATE, "writes")
COMMANDS = os.path.join(STATE, "commands")
TOKEN = "stand-in-token-1"
USER = "00000000-0000-4000-8000-000000000502"
ORGANISATION = "01STANDIN0000000000000ORG1"

# What each project is about. Apps: what they listen on; `web` is what the address answers.
STORIES = {
    "healthyproj01": {"listen": ["0.0.0.0:8888"], "web": 200, "deploy": "success"},
    "wrongport0001": {"listen": ["0.0.0.0:3000"], "web": 502, "deploy": "success",
                      "log": ["> node server.js", "Server listening on port 3000"]},
    "localhost0001": {"listen": ["127.0.0.1:8888"], "web": 502, "deploy": "success"},
    "portinuse0001": {"listen": [], "web": 502, "deploy": "success",
                      "log": ["> node server.js", "node:net:1817",
                              "Error: listen EADDRINUSE: address already in use :::8888",
                              "    at Server.setupListenHandle (node:net:1817:16)"]},
    "crashloop0001": {"listen": [], "crash": True, "web": 502, "deploy": "success",
                      "log": ["Error: Cannot find module 'express'", "Require stack:", "- /app/server.js"]},
    "diskfull00001": {"listen": ["0.0.0.0:8888"], "full": True, "web": 500, "deploy": "success",
                      "log": ["write /mnt/uploads/a: no space left on device"]},
    "dbdown0000001": {"listen": ["0.0.0.0:8888"], "database": False, "web": 500, "deploy": "success"},
    "nodns00000001": {"listen": ["0.0.0.0:8888"], "hosts": False, "web": 500, "deploy": "success"},
    "deployfail001": {"listen": ["0.0.0.0:8888"], "web": 502, "deploy": "failure"},
    "emptyport0001": {"listen": [], "port": "", "web": 502, "deploy": "success"},
    "certexpired01": {"listen": ["0.0.0.0:8888"], "web": 200, "certificate": "expired", "deploy": "success"},
    "twoapps000001": {"listen": [], "web": 200, "apps": ["api", "web"], "deploy": "success"},
    "hostilelog001": {"listen": ["0.0.0.0:8888"], "web": 200, "deploy": "success",
                      "log": ["DATABASE_URL=postgresql://main:hunter2-hunter2@database.internal:5432/main",
                              "token " + TOKEN, "\x1b[31m<!channel> @everyone\x1b[0m"]},
    "sshdenied0001": {"ssh": "denied"},
    "sshhangs00001": {"ssh": "hangs"},
    "sshslowly0001": {"ssh": "slow"},
    "floodapp00001": {"ssh": "flood"},
    "forbidden0001": {"api": 403},
    "apifails00001": {"api": 500},
    "apihangs00001": {"api": "hangs"},
    "certdenied001": {"signing": 403},
}


def story(project):
    return STORIES.get(project)


def apps(project):
    return story(project).get("apps", ["app"])


def links(**hrefs):
    return {name: {"href": href} for name, href in hrefs.items()}


def note(path, line):
    with open(path, "a", encoding="utf-8") as file:
        file.write(line + "\n")


# --- what the API answers ---

def project_json(project):
    return {
        "id": project, "title": f"Story {project}", "region": "eu-5.platform.sh", "organization": ORGANISATION,
        "vendor": "upsun", "default_branch": "main", "status": {"code": "provisioned", "message": "ok"},
        "repository": {"url": f"{project}@git.eu-5.platform.sh:{project}.git"},
        "created_at": "2026-01-10T08:00:00+00:00", "updated_at": "2026-01-20T08:00:00+00:00",
        "subscription": {"license_uri": "https://accounts.example/api/v1/licenses/1", "plan": "flexible",
                         "environments": 3, "storage": 5120, "included_users": 1, "user_licenses": 1,
                         "subscription_management_uri": "x", "restricted": False, "suspended": False},
        "_links": links(self=f"/projects/{project}", environments=f"/projects/{project}/environments",
                        **{"#ui": f"https://console.upsun.com/o/{project}"}),
    }


def environment_json(project, name, status="active"):
    base = f"/projects/{project}/environments/{name}"
    hrefs = links(self=base, **{
        "#edit": base, "#activities": f"{base}/activities", "#redeploy": f"{base}/redeploy",
        "#observability-pipeline": f"http://127.0.0.1:{HTTP_PORT}/metrics/{project}/{name}",
        "public-url": f"https://www.{project}.example/"})
    if status == "active":
        host = "ssh.eu-5.platform.sh"
        hrefs["ssh"] = {"href": f"ssh://{project}-{name}-abc@{host}"}
        for app in apps(project):
            hrefs[f"pf:ssh:{app}"] = {"href": f"ssh://{project}-{name}-abc--{app}@{host}"}
    return {
        "id": name, "name": name, "machine_name": f"{name}-abc", "title": name, "type": "production",
        "status": status, "parent": None, "project": project, "head_commit": "c0ffee" * 6 + "c0ff",
        "has_code": True, "created_at": "2026-01-10T08:00:00+00:00", "updated_at": "2026-01-20T10:15:00+00:00",
        "deployment_state": {"last_deployment_successful": True, "last_deployment_at": "2026-01-20T10:14:00+00:00"},
        "has_deployment": True, "has_remote": False, "_links": hrefs,
    }


def deployment_json(project, name):
    webapps = {app: {
        "name": app, "type": "nodejs:22", "size": "AUTO", "disk": None, "resources": {"profile_size": "0.5"},
        "mounts": {"/uploads": {"source": "storage", "source_path": "uploads"}},
        "relationships": {"database": "db:postgresql"}, "variables": {}, "timezone": None,
        "web": {"commands": {"start": "node server.js"}, "locations": {"/": {"passthru": True}},
                "upstream": {"socket_family": "tcp"}}} for app in apps(project)}
    host = f"www.{project}.example"
    return {
        "id": "current", "cluster_name": "c", "environment_info": {"name": name},
        "project_info": {"name": project, "settings": {"sizing_api_enabled": True}},
        "webapps": webapps, "workers": {},
        "services": {"db": {"name": "db", "type": "postgresql:17", "size": "AUTO", "disk": 1024}},
        "routes": {
            f"https://{host}/": {"primary": True, "id": "app", "type": "upstream", "upstream": "app:http",
                                 "original_url": "https://{default}/", "attributes": {}, "production_url": None},
            f"http://{host}/": {"primary": False, "id": None, "type": "redirect", "to": f"https://{host}/",
                                "original_url": "http://{default}/", "attributes": {}, "production_url": None}},
        "_links": links(self=f"/projects/{project}/environments/{name}/deployments/current"),
    }


def activities(project):
    result = story(project).get("deploy", "success")

    def one(number, kind, state, result, text):
        base = f"/projects/{project}/activities/{number}"
        at = "2026-01-20T10:12:03.512345+00:00"
        return {
            "id": number, "type": kind, "state": state, "result": result, "completion_percent": 100,
            "project": project, "environments": ["main"], "integration": None, "description": text, "text": text,
            "created_at": at, "updated_at": at, "started_at": at, "completed_at": "2026-01-20T10:14:41+00:00",
            "timings": {"wait": 0.4, "build": 41.2, "deploy": 12.9, "execute": 55.1},
            "payload": {"user": {"display_name": "Ana"}}, "parameters": {}, "cancelled_at": None, "expires_at": None,
            "_links": links(self=base, log=f"{base}/log")}

    return [one("cronjob00000a1", "environment.cron", "complete", "success", "Cron sync ran"),
            one("pushed000000a1", "environment.push", "complete", result, "Ana pushed to main")]


def activity_log(project):
    lines = ["Building application 'app' (runtime type: nodejs:22)", "  Executing build hook..."]
    if story(project).get("deploy") == "failure":
        lines += ["    npm ERR! Missing script: \"build\"", "  E: Error: build hook failed with exit code 1"]
    else:
        lines += ["    added 12 packages", "Redeploying environment main", "  Opening application app"]
    entries = [{"_id": str(n), "data": {"timestamp": f"2026-01-20T10:12:{10 + n}.000000+00:00", "message": line + "\n"}}
               for n, line in enumerate(lines)]
    return "".join(json.dumps(entry) + "\n" for entry in [*entries, {"seal": True}]).encode()


def metrics():
    def same(value):
        return {key: value for key in ("min", "avg", "max", "sum", "p90", "p99")}

    service = {f"{what}_{kind}": same(value) for what, used, limit in
               (("cpu", .1, .5), ("memory", 100 << 20, 448 << 20), ("swap", 0, 512 << 20))
               for kind, value in (("used", used), ("limit", limit), ("pressure", 0.1))}
    service.update(irq_pressure=same(0), io_pressure=same(0), mountpoints={
        mount: {"disk_used": same(used << 20), "disk_limit": same(1024 << 20), "inodes_used": same(10),
                "inodes_limit": same(1000)} for mount, used in (("/mnt", 100), ("/tmp", 1))})
    return {"_grain": 60, "_from": 1, "_to": 2,
            "data": [{"timestamp": 1768903740, "services": {"app": service, "db": service}}]}


class Api(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, value, kind="application/json"):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def write(self):
        note(WRITES, f"{self.command} {self.path} {self.body()[:200]!r}")
        self.answer(200, {"_embedded": {"activities": []}})

    do_PUT = do_PATCH = do_DELETE = write

    def do_HEAD(self):
        self.answer(200, b"")

    def do_POST(self):
        path = urlparse(self.path).path
        if path == "/oauth2/token":
            fields = {key: values[0] for key, values in parse_qs(self.body().decode()).items()}
            if fields.get("grant_type") == "api_token" and fields.get("api_token") == TOKEN:
                return self.answer(200, {"access_token": "access-1", "expires_in": 900, "token_type": "bearer"})
            return self.answer(400, {"error": "invalid_grant",
                                     "error_description": "The provided API token is invalid."})
        if path == "/oauth2/revoke":
            return self.answer(200, {})
        if path == "/ssh":
            return self.sign(json.loads(self.body())["key"])
        if path == "/me/verification":
            return self.answer(200, {"state": False, "type": ""})
        return self.write()

    def sign(self, key):
        public = asyncssh.import_public_key(key)
        now = int(time.time())
        certificate = CA_KEY.generate_user_certificate(public, USER, valid_after=now - 60, valid_before=now + 3600)
        self.answer(200, {"certificate": certificate.export_certificate().decode()})

    def do_GET(self):
        path = urlparse(self.path).path
        if not self.headers.get("Authorization", "").startswith("Bearer "):
            return self.answer(401, {"error": "unauthorized"})
        found = re.fullmatch(r"/(?:projects|metrics)/(\w+)(/.*)?", path)
        if found:
            return self.of_project(found[1], found[2] or "", path)
        return self.answer(*self.of_user(path))

    def of_user(self, path):
        if path in ("/users/me", "/me"):
            return 200, {"id": USER, "uuid": USER, "username": "ana", "email": "ana@example.com",
                         "mail": "ana@example.com", "first_name": "Ana", "last_name": "Ops", "ssh_keys": [],
                         "projects": [], "_links": {}, "deactivated": False, "email_verified": True, "picture": "",
                         "phone_number_verified": True, "mfa_enabled": False, "sso_enabled": False,
                         "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"}
        if re.fullmatch(r"/users/[^/]+/ssh-keys|/ssh_keys", path):
            return 200, []
        if re.fullmatch(r"/users/[^/]+/extended-access", path):
            items = [{"resource_id": name, "resource_type": "project", "organization_id": ORGANISATION,
                      "user_id": USER, "permissions": ["admin"], "granted_at": "2026-01-01T00:00:00Z",
                      "updated_at": "2026-01-01T00:00:00Z"} for name in STORIES]
            return 200, {"items": items, "_links": {
                "ref:projects:0": {"href": "/ref/projects?in=" + ",".join(STORIES)},
                "ref:organizations:0": {"href": "/ref/organizations?in=" + ORGANISATION}}}
        if path == "/ref/projects":
            return 200, {name: {
                "id": name, "region": "eu-5.platform.sh", "title": f"Story {name}", "status": "active",
                "organization_id": ORGANISATION, "subscription_id": "1", "vendor": "upsun",
                "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"} for name in STORIES}
        organisation = {"id": ORGANISATION, "type": "flexible", "name": "acme", "label": "Acme", "owner_id": USER}
        if path == "/ref/organizations":
            return 200, {ORGANISATION: organisation}
        if path.startswith("/organizations/"):
            return 200, {**organisation, "capabilities": [], "_links": links(self=path)}
        return 404, {"title": "Not found"}

    def of_project(self, project, rest, path):
        about = story(project)
        if about is None:
            return self.answer(404, {"title": "Not found"})
        if about.get("api") == "hangs":
            time.sleep(120)
        if "api" in about:
            return self.answer(about["api"], {"title": "Refused by the story"})
        if path.startswith("/metrics/"):
            return self.answer(200, metrics())
        if rest == "":
            return self.answer(200, project_json(project))
        if rest == "/environments":
            return self.answer(200, [environment_json(project, "main"), environment_json(project, "asleep", "paused")])
        if rest == "/capabilities":
            return self.answer(200, {})
        inner = re.fullmatch(r"/environments/([^/]+)(/.*)?", rest)
        if inner:
            return self.of_environment(project, unquote(inner[1]), inner[2] or "")
        return self.of_activities(project, rest)

    def of_environment(self, project, name, rest):
        if name not in ("main", "asleep"):
            return self.answer(404, {"title": "Not found"})
        status = "active" if name == "main" else "paused"
        if rest == "":
            return self.answer(200, environment_json(project, name, status))
        if rest == "/settings":
            return self.answer(200, {"enable_manual_deployments": False, "_links": links(self=self.path)})
        if rest == "/deployments/current":
            if status != "active":
                return self.answer(404, {"title": "Not found"})
            return self.answer(200, deployment_json(project, name))
        return self.of_activities(project, rest)

    def of_activities(self, project, rest):
        query = parse_qs(urlparse(self.path).query)
        if rest == "/activities":
            found = activities(project)
            if query.get("starts_at"):
                found = []
            return self.answer(200, found[:int(query.get("count", ["10"])[0])])
        inner = re.fullmatch(r"/activities/(\w+)(/log)?", rest)
        one = inner and next((one for one in activities(project) if one["id"] == inner[1]), None)
        if not one:
            return self.answer(404, {"title": "Not found"})
        if inner[2]:
            return self.answer(200, activity_log(project), "application/x-ndjson")
        return self.answer(200, one)


# --- the apps, each in namespaces of its own ---

INIT = r"""
import fcntl, os, signal, socket, struct, subprocess, sys, time
listen, hosts, full, crash, folder = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4], sys.argv[5]
s = socket.socket()
fcntl.ioctl(s, 0x8914, struct.pack('16sH', b'lo', 0x1 | 0x40))
run = lambda *words: subprocess.run(words, check=True)
run('mount', '--bind', folder + '/log', '/var/log')
run('mount', '--bind', folder + '/hosts', '/etc/hosts')
run('mount', '-t', 'tmpfs', '-o', 'size=1m', 'uploads', '/mnt')
if full == 'yes':
    subprocess.run('head -c 2000000 /dev/zero > /mnt/a', shell=True, stderr=subprocess.DEVNULL)
kept = []
for place in [p for p in listen.split(',') if p]:
    address, port = place.rsplit(':', 1)
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.bind((address, int(port)))
    one.listen(16)
    kept.append(one)
open(folder + '/ready', 'w').close()
while True:
    if crash == 'yes':
        subprocess.run([sys.executable, '-c', 'import time; time.sleep(1)'])
    else:
        time.sleep(60)
"""

CONTAINERS = {}
CONTAINERS_LOCK = threading.Lock()


def container(project):
    """Gives the process id of a project's container; starts it at the first use."""
    with CONTAINERS_LOCK:
        if project not in CONTAINERS:
            CONTAINERS[project] = start_container(project)
        return CONTAINERS[project]


def start_container(project):
    about = story(project)
    folder = os.path.join(STATE, "apps", project)
    os.makedirs(os.path.join(folder, "log"))
    for name, lines in (("app", about.get("log", ["Server listening on port 8888"])), ("deploy", ["Deployed."]),
                        ("error", []), ("access", ["192.0.2.1 - - \"GET / HTTP/1.1\" 200 5"])):
        with open(os.path.join(folder, "log", name + ".log"), "w", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in lines)
    with open(os.path.join(folder, "hosts"), "w", encoding="utf-8") as file:
        file.write("127.0.0.1 localhost\n")
        if about.get("hosts", True):
            file.write("127.0.0.1 database.internal\n")
    listen = about.get("listen", []) + (["127.0.0.1:5432"] if about.get("database", True) else [])
    flag = {True: "yes", False: "no"}
    words = ["unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child"]
    if os.getuid() != 0:
        words += ["--map-root-user"]
    child = subprocess.Popen(
        [*words, sys.executable, "-c", INIT, ",".join(listen), flag[about.get("hosts", True)],
         flag[about.get("full", False)], flag[about.get("crash", False)], folder], stdin=subprocess.DEVNULL)
    for _ in range(2000):
        if os.path.exists(os.path.join(folder, "ready")):
            break
        if child.poll() is not None:
            raise RuntimeError(f"the container of {project} did not start")
        time.sleep(0.01)
    with open(f"/proc/{child.pid}/task/{child.pid}/children", encoding="ascii") as file:
        return int(file.read().split()[0])


def enter(project, command):
    """Gives the words that run a command in a project's container."""
    words = ["nsenter", "--target", str(container(project)), "--net", "--mount", "--pid"]
    if os.getuid() != 0:
        words += ["--user", "--preserve-credentials"]
    return [*words, "/bin/sh", "-c", command]


PSQL = "#!/bin/sh\necho 'connections|max_connections|active|waiting'\necho '5|100|1|0'\necho '(1 row)'\n"


def app_environment(project):
    relationships = {"database": [{
        "host": "database.internal", "port": 5432, "scheme": "pgsql", "username": "main",
        "password": "stand-in-db-password", "path": "main", "service": "db", "rel": "postgresql",
        "type": "postgresql:17", "query": {"is_master": True}}]}
    encoded = base64.b64encode(json.dumps(relationships).encode()).decode()
    return {
        "PATH": os.path.join(STATE, "bin") + ":/usr/bin:/bin", "HOME": "/tmp", "USER": "web", "LANG": "C.UTF-8",
        "PORT": story(project).get("port", "8888"), "PLATFORM_APPLICATION_NAME": "app",
        "PLATFORM_RELATIONSHIPS": encoded, "DATABASE_HOST": "database.internal", "DATABASE_PORT": "5432",
        "DATABASE_SCHEME": "pgsql", "DATABASE_USERNAME": "main", "DATABASE_PASSWORD": "stand-in-db-password",
        "DATABASE_PATH": "main"}


# --- SSH ---

class Gateway(asyncssh.SSHServer):
    def begin_auth(self, username):
        self.project = username.split("-")[0]
        return True

    def public_key_auth_supported(self):
        return True

    def validate_public_key(self, username, key):
        return False

    def validate_ca_key(self, username, key):
        return key == CA_PUBLIC and (story(self.project) or {}).get("ssh") != "denied"


async def session(process):
    project = process.get_extra_info("username").split("-")[0]
    command = process.command or ""
    note(COMMANDS, json.dumps({"project": project, "command": command}))
    behaviour = story(project).get("ssh")
    if behaviour == "hangs":
        await asyncio.sleep(120)
    if behaviour == "slow":
        await asyncio.sleep(3)
    if behaviour == "flood":
        while not process.stdout.is_closing():
            process.stdout.write(b"y\n" * 16384)
            await process.stdout.drain()
    words = await asyncio.to_thread(enter, project, command)
    child = await asyncio.create_subprocess_exec(
        *words, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env=app_environment(project), cwd="/")

    async def pump(source, sink):
        while data := await source.read(65536):
            sink.write(data)

    await asyncio.gather(pump(child.stdout, process.stdout), pump(child.stderr, process.stderr))
    status = await child.wait()
    process.exit(status if status >= 0 else 128 - status)


# --- the apps' addresses ---

def make_certificates(folder):
    """Makes an authority and two certificates, one of them expired."""
    now = datetime.datetime.now(datetime.timezone.utc)
    day = datetime.timedelta(days=1)
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Stand-in authority")])

    def sign(subject, key, ends, names, is_authority):
        builder = (x509.CertificateBuilder().subject_name(subject).issuer_name(authority).public_key(key.public_key())
                   .serial_number(x509.random_serial_number()).not_valid_before(now - 100 * day).not_valid_after(ends)
                   .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True))
        if names:
            alternatives = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
            builder = builder.add_extension(alternatives, critical=False)
        return builder.sign(authority_key, hashes.SHA256())

    pem = serialization.Encoding.PEM
    root = sign(authority, authority_key, now + 100 * day, [], True)
    with open(os.path.join(folder, "authority.pem"), "wb") as file:
        file.write(root.public_bytes(pem))
    contexts = {}
    hosts = [f"www.{project}.example" for project in STORIES]
    for kind, ends in (("good", now + 60 * day), ("expired", now - 3 * day)):
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = sign(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, kind)]), key, ends, hosts, False)
        path = os.path.join(folder, kind + ".pem")
        with open(path, "wb") as file:
            file.write(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
            file.write(certificate.public_bytes(pem))
        contexts[kind] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        contexts[kind].load_cert_chain(path)
    return contexts


class Web(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        project = (self.headers.get("Host") or "").split(".")[1]
        status = story(project)["web"]
        body = b"<html><body>story</body></html>"
        self.send_response(status)
        self.send_header("X-Platform-Router", "router.stand-in")
        self.send_header("Set-Cookie", "session=stand-in-cookie")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def web_server(contexts):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Web)
    outer = contexts["good"]

    def choose(socket, name, _):
        project = (name or "").split(".")[1] if name and "." in name else ""
        socket.context = contexts[(story(project) or {}).get("certificate", "good")]

    outer.sni_callback = choose
    server.socket = outer.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    return server


def serve(server):
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


async def main():
    gateway = await asyncssh.create_server(
        Gateway, "127.0.0.1", 0, server_host_keys=[HOST_KEY], process_factory=session, encoding=None,
        line_editor=False)
    port = gateway.sockets[0].getsockname()[1]
    kind, key = HOST_KEY.export_public_key().decode().split()[:2]
    print(json.dumps({
        "api": HTTP_PORT, "ssh": port, "web": WEB_PORT, "host_key": f"[127.0.0.1]:{port} {kind} {key}",
        "authority": os.path.join(STATE, "authority.pem"), "writes": WRITES, "commands": COMMANDS, "token": TOKEN,
    }), flush=True)
    # The tests hold the other end of standard input: when they are gone, so are we.
    await asyncio.to_thread(sys.stdin.read)
    os.killpg(0, signal.SIGKILL)


os.setpgid(0, 0)
os.makedirs(os.path.join(STATE, "bin"))
with open(os.path.join(STATE, "bin", "psql"), "w", encoding="utf-8") as fake:
    fake.write(PSQL)
os.chmod(os.path.join(STATE, "bin", "psql"), 0o755)
open(WRITES, "w", encoding="utf-8").close()
open(COMMANDS, "w", encoding="utf-8").close()
if not shutil.which("unshare"):
    sys.exit("unshare is not here")
CA_KEY = asyncssh.generate_private_key("ssh-ed25519")
CA_PUBLIC = CA_KEY.convert_to_public()
HOST_KEY = asyncssh.generate_private_key("ssh-ed25519")
API = ThreadingHTTPServer(("127.0.0.1", 0), Api)
HTTP_PORT = serve(API)
WEB_PORT = serve(web_server(make_certificates(STATE)))
asyncio.run(main())
