#!/usr/bin/env python3
"""A small enforcer of NetworkPolicies for the test bed, and for nothing else: test code.

usage: enforcer.py KUBECONFIG-FOLDER SERVER NAMESPACE-PREFIX NODES

Each second it reads policies, pods and namespaces; where something changed it writes, for each
node, chains into the filter table of the node's network namespace: of each pod that a policy
selects for a direction, what is allowed, and a drop for the rest. What is established stays.
Ranges of ports and named ports are not known; a policy that has them ends the program.
"""
import ipaddress
import json
import ssl
import subprocess
import sys
import time
import urllib.request

folder, server, prefix, count = sys.argv[1:5]
context = ssl.create_default_context(cafile=f"{folder}/ca.crt")
context.load_cert_chain(f"{folder}/admin.crt", f"{folder}/admin.key")


def items(path):
    with urllib.request.urlopen(f"{server}{path}", context=context, timeout=10) as answer:
        return json.load(answer)["items"]


def selects(selector, labels):
    for key, value in (selector.get("matchLabels") or {}).items():
        if labels.get(key) != value:
            return False
    for rule in selector.get("matchExpressions") or []:
        value, operator = labels.get(rule["key"]), rule["operator"]
        held = {
            "Exists": value is not None,
            "DoesNotExist": value is None,
            "In": value in rule.get("values", []),
            "NotIn": value not in rule.get("values", []),
        }[operator]
        if not held:
            return False
    return True


def places(peer, namespace, pods, namespaces):
    """Addresses that a peer means, and those that it excepts."""
    if "ipBlock" in peer:
        return [peer["ipBlock"]["cidr"]], peer["ipBlock"].get("except", [])
    found = []
    for pod in pods:
        inside = (
            selects(peer["namespaceSelector"], namespaces.get(pod["namespace"], {}))
            if "namespaceSelector" in peer
            else pod["namespace"] == namespace
        )
        if inside and selects(peer.get("podSelector", {}), pod["labels"]):
            found.append(pod["ip"])
    return found, []


def ports(rule):
    for port in rule.get("ports") or [{}]:
        if "endPort" in port or isinstance(port.get("port"), str):
            sys.exit(f"not known to this enforcer: {port}")
        protocol = port.get("protocol", "TCP").lower() if port else ""
        match = f" -p {protocol}" if protocol else ""
        yield match + (f" --dport {port['port']}" if "port" in port else "")


def chain(name, pod, direction, policies, pods, namespaces):
    key, side, flag = (
        ("ingress", "from", "-s") if direction == "Ingress" else ("egress", "to", "-d")
    )
    lines, selected = [], False
    for policy in policies:
        spec = policy["spec"]
        if policy["metadata"]["namespace"] != pod["namespace"]:
            continue
        if direction not in spec.get("policyTypes", []) or not selects(spec["podSelector"], pod["labels"]):
            continue
        selected = True
        for rule in spec.get(key) or []:
            for port in ports(rule):
                if not rule.get(side):
                    lines.append(f"-A {name}{port} -j RETURN")
                for peer in rule.get(side) or []:
                    found, excepted = places(peer, pod["namespace"], pods, namespaces)
                    if excepted:
                        sys.exit("not known to this enforcer: except")
                    for place in found:
                        if ipaddress.ip_network(place, strict=False).version == 4:
                            lines.append(f"-A {name} {flag} {place}{port} -j RETURN")
    return lines + [f"-A {name} -j DROP"] if selected else []


def tables(node, policies, pods, namespaces):
    """What of a node's filter table is this program's, for iptables-restore."""
    heads, rules = [":NARU-POLICY - [0:0]"], ["-A NARU-POLICY -m conntrack --ctstate ESTABLISHED,RELATED -j RETURN"]
    for pod in sorted(pods, key=lambda p: p["ip"]):
        if pod["node"] != node:
            continue
        for direction, flag in (("Egress", "-s"), ("Ingress", "-d")):
            name = f"NARU-{direction[0]}-{pod['ip']}"
            body = chain(name, pod, direction, policies, pods, namespaces)
            if body:
                heads.append(f":{name} - [0:0]")
                rules.append(f"-A NARU-POLICY {flag} {pod['ip']} -j {name}")
                rules += body
    return "\n".join(["*filter", *heads, *rules, "COMMIT", ""])


def enter(node, *words, text=None):
    return subprocess.run(
        ["nsenter", f"--net=/run/netns/{prefix}{node}", *words], input=text, text=True, capture_output=True
    )


def main():
    written = {}
    nodes = [f"n{i}" for i in range(1, int(count) + 1)]
    for node in nodes:
        enter(node, "sysctl", "-qw", "net.bridge.bridge-nf-call-iptables=1")
    while True:
        try:
            policies = items("/apis/networking.k8s.io/v1/networkpolicies")
            namespaces = {n["metadata"]["name"]: n["metadata"].get("labels", {}) for n in items("/api/v1/namespaces")}
            pods = [
                {
                    "namespace": p["metadata"]["namespace"],
                    "labels": p["metadata"].get("labels", {}),
                    "node": p["spec"].get("nodeName"),
                    "ip": p["status"]["podIP"],
                }
                for p in items("/api/v1/pods")
                if p["status"].get("podIP") and p["status"]["phase"] == "Running" and not p["spec"].get("hostNetwork")
            ]
        except OSError as e:
            print(f"cannot look: {e}", flush=True)
            time.sleep(1)
            continue
        for node in nodes:
            text = tables(node, policies, pods, namespaces)
            hooked = enter(node, "iptables", "-w", "-C", "FORWARD", "-j", "NARU-POLICY").returncode == 0
            if written.get(node) == text and hooked:
                continue
            done = enter(node, "iptables-restore", "-w", "--noflush", text=text)
            if done.returncode:
                print(f"{node}: {done.stderr}", flush=True)
                continue
            for hook in ("FORWARD", "INPUT"):
                if enter(node, "iptables", "-w", "-C", hook, "-j", "NARU-POLICY").returncode:
                    enter(node, "iptables", "-w", "-I", hook, "-j", "NARU-POLICY")
            written[node] = text
        time.sleep(0.3)


main()
