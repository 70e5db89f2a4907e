"""What .ci/e2e-trust does to registries: small images, flipped bits pushed again with matching digests, and a registry that
sends junk. Standard library only.

  trust.py image HOST REPO TAG TEXT     push a small image; print its digest
  trust.py flip HOST REPO DIGEST PLACES PART
                                        flip a bit of PART (payload, signature) in PLACES (sig, bundle, both)
  trust.py move HOST REPO FROM TO       put the evidence of one digest beside another
  trust.py drop HOST REPO DIGEST PLACE  take the evidence of a place (sig, bundle) away
  trust.py twice HOST REPO DIGEST       put a broken signature before the good one, in both places
  trust.py state HOST REPO              print a hash of all that the repository holds
  trust.py serve PORT OTHER LOG         a registry of junk; its redirects go to 127.0.0.1:OTHER, whose requests go into LOG
"""
import base64, hashlib, http.server, json, sys, threading, time, urllib.error, urllib.request

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json"
SIGNATURE = "dev.cosignproject.cosign/signature"


def sha(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def call(method, url, data=None, headers=None):
    return urllib.request.urlopen(urllib.request.Request(url, data=data, method=method, headers=headers or {}))


class Repository:
    def __init__(self, host, name):
        self.host, self.root = host, f"http://{host}/v2/{name}"

    def blob(self, data):
        place = call("POST", self.root + "/blobs/uploads/").headers["Location"]
        place = place if place.startswith("http") else f"http://{self.host}{place}"
        call("PUT", place + ("&" if "?" in place else "?") + "digest=" + sha(data), data,
             {"Content-Type": "application/octet-stream"})
        return {"digest": sha(data), "size": len(data)}

    def get_blob(self, digest):
        return call("GET", f"{self.root}/blobs/{digest}").read()

    def put(self, reference, data, kind=MANIFEST):
        call("PUT", f"{self.root}/manifests/{reference}", data, {"Content-Type": kind})
        return sha(data)

    def get(self, reference):
        return call("GET", f"{self.root}/manifests/{reference}", headers={"Accept": MANIFEST + ", " + INDEX}).read()

    def image(self, tag, text):
        config = self.blob(json.dumps({"architecture": "amd64", "os": "linux", "config": {},
                                       "rootfs": {"type": "layers", "diff_ids": []}}).encode())
        data = json.dumps({"schemaVersion": 2, "mediaType": MANIFEST,
                           "config": {"mediaType": "application/vnd.oci.image.config.v1+json", **config},
                           "layers": [], "annotations": {"text": text}}).encode()
        self.put(tag, data)
        return self.put(sha(data), data)

    def push_bundle(self, entry, manifest, bundle):
        """Pushes a bundle under its manifest; returns the entry for the list."""
        manifest["layers"][0].update(self.blob(bundle))
        data = json.dumps(manifest).encode()
        self.put(sha(data), data)
        return {**entry, "digest": sha(data), "size": len(data)}

    def bundles(self, digest, change):
        """Changes each bundle that refers to a digest, and the list."""
        tag = digest.replace(":", "-")
        index = json.loads(self.get(tag))
        made = []
        for entry in index["manifests"]:
            manifest = json.loads(self.get(entry["digest"]))
            bundle = json.loads(self.get_blob(manifest["layers"][0]["digest"]))
            made += change(entry, manifest, bundle)
        index["manifests"] = made
        self.put(tag, json.dumps(index).encode(), INDEX)

    def layers(self, digest, change):
        """Changes each layer under the .sig tag."""
        tag = digest.replace(":", "-") + ".sig"
        manifest = json.loads(self.get(tag))
        manifest["layers"] = [new for layer in manifest["layers"] for new in change(layer)]
        self.put(tag, json.dumps(manifest).encode())


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


def flipped64(text, at):
    return base64.b64encode(flipped(base64.b64decode(text), at)).decode()


def flip(repository, digest, places, part):
    def layer(one):
        if part == "signature":
            one["annotations"][SIGNATURE] = flipped64(one["annotations"][SIGNATURE], 40)
        else:
            data = repository.get_blob(one["digest"])  # a bit of the digest that is signed
            one.update(repository.blob(flipped(data, data.index(b"sha256:") + 20)))
        return [one]

    def bundle(entry, manifest, one):
        envelope = one["dsseEnvelope"]
        if part == "signature":
            envelope["signatures"][0]["sig"] = flipped64(envelope["signatures"][0]["sig"], 40)
        else:
            envelope["payload"] = flipped64(envelope["payload"], base64.b64decode(envelope["payload"]).index(digest[7:].encode()) + 20)
        return [repository.push_bundle(entry, manifest, json.dumps(one).encode())]

    if places in ("sig", "both"):
        repository.layers(digest, layer)
    if places in ("bundle", "both"):
        repository.bundles(digest, bundle)


def move(repository, old, new):
    """Copies the evidence of one digest to another, bundles with the new subject."""
    repository.put(new.replace(":", "-") + ".sig", repository.get(old.replace(":", "-") + ".sig"))
    subject = repository.get(new)
    index = json.loads(repository.get(old.replace(":", "-")))
    for i, entry in enumerate(index["manifests"]):
        manifest = json.loads(repository.get(entry["digest"]))
        manifest["subject"] = {"mediaType": MANIFEST, "digest": new, "size": len(subject)}
        data = json.dumps(manifest).encode()
        repository.put(sha(data), data)
        index["manifests"][i] = {**entry, "digest": sha(data), "size": len(data)}
    repository.put(new.replace(":", "-"), json.dumps(index).encode(), INDEX)


def twice(repository, digest):
    def layer(one):
        bad = json.loads(json.dumps(one))
        bad["annotations"][SIGNATURE] = flipped64(bad["annotations"][SIGNATURE], 40)
        return [bad, one]

    def bundle(entry, manifest, one):
        good = dict(entry)
        envelope = one["dsseEnvelope"]
        envelope["signatures"][0]["sig"] = flipped64(envelope["signatures"][0]["sig"], 40)
        return [repository.push_bundle(entry, manifest, json.dumps(one).encode()), good]

    repository.layers(digest, layer)
    repository.bundles(digest, bundle)


def drop(repository, digest, place):
    tag = digest.replace(":", "-") + (".sig" if place == "sig" else "")
    call("DELETE", f"{repository.root}/manifests/{sha(repository.get(tag))}")


def state(repository):
    found = []
    for tag in sorted(json.loads(call("GET", repository.root + "/tags/list").read())["tags"]):
        found.append(tag + " " + sha(repository.get(tag)))
    return sha("\n".join(found).encode())


# --- A registry of junk: what it does is in the repository's name ------------------------------------
IMAGE = json.dumps({"schemaVersion": 2, "mediaType": MANIFEST, "config": {
    "mediaType": "application/vnd.oci.image.config.v1+json", "digest": "sha256:" + "0" * 64, "size": 2}, "layers": []}).encode()
OTHER_IMAGE = IMAGE.replace(b'"size": 2', b'"size": 3')


class Junk(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked, other = {}, 0

    def log_message(self, *_):
        pass

    def say(self, status, data=b"", kind=MANIFEST, **headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def stream(self, length, piece, pause=0):
        self.send_response(200)
        self.send_header("Content-Type", MANIFEST)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        try:
            while length > 0:
                self.wfile.write(piece)
                self.wfile.flush()
                length -= len(piece)
                time.sleep(pause)
        except OSError:
            pass
        self.close_connection = True

    def do_GET(self):
        kind = self.path.split("/")[2]
        manifest = "/manifests/" in self.path
        image = manifest and (self.path.endswith("/1") or sha(IMAGE) in self.path)
        listing = "/app/referrers/" in self.path or ("/manifests/sha256-" in self.path and not self.path.endswith(".sig"))
        if kind == "redirect":
            if not self.headers.get("Authorization"):
                return self.say(401, WWW_Authenticate='Basic realm="junk"')
            if not image or self.path.endswith("/1"):
                return self.say(307, Location=f"http://localhost:{Junk.other}{self.path}")
        if kind == "endless" and image:
            return self.stream(1 << 40, b" " * 65536)
        if kind == "slow" and listing:
            return self.stream(1 << 40, b" ", 0.05)
        if kind == "gigabyte" and image:
            return self.stream(1 << 30, b" " * 65536)
        if kind == "deep" and listing:
            return self.say(200, b"[" * 1_000_000, INDEX)
        if kind == "many" and listing:
            return self.say(200, json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": [
                {"mediaType": MANIFEST, "digest": sha(b"%d" % i), "size": 700, "artifactType": BUNDLE} for i in range(10_000)]}).encode(), INDEX)
        if kind == "bodies" and listing:
            return self.stream(1 << 40, b" " * 65536)
        if kind == "twice" and manifest and "/manifests/sha256-" not in self.path:
            Junk.asked[self.path] = Junk.asked.get(self.path, 0) + 1
            return self.say(200, OTHER_IMAGE if "sha256:" in self.path or Junk.asked[self.path] > 1 else IMAGE)
        return self.say(200, IMAGE) if image else self.say(404)


def serve(port, other, log):
    class Elsewhere(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            with open(log, "a") as out:
                out.write(self.path + " " + str(self.headers.get("Authorization")) + "\n")
            self.send_response(200)
            self.end_headers()

    Junk.other = other
    threading.Thread(target=http.server.ThreadingHTTPServer(("127.0.0.1", other), Elsewhere).serve_forever, daemon=True).start()
    http.server.ThreadingHTTPServer(("127.0.0.1", port), Junk).serve_forever()


def main(what, *args):
    if what == "serve":
        return serve(int(args[0]), int(args[1]), args[2])
    repository = Repository(args[0], args[1])
    if what == "image":
        print(repository.image(*args[2:]))
    elif what == "flip":
        flip(repository, *args[2:])
    elif what == "move":
        move(repository, *args[2:])
    elif what == "drop":
        drop(repository, *args[2:])
    elif what == "twice":
        twice(repository, *args[2:])
    elif what == "state":
        print(state(repository))


if __name__ == "__main__":
    main(*sys.argv[1:])
