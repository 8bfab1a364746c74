"""What is deployed on a cluster agrees with the image, the settings, the commands, and Ray's own options."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from qa.cli.command_line import qa
from qa.settings import read_settings
from tests.ground.test_deploy import DEPLOY, DOCKERFILE, ROOT, unit

pytest.importorskip("ray")

FOLDER = DEPLOY / "cluster"
README = (FOLDER / "README.md").read_text(encoding="utf-8")
UNITS = ("qa-node.service", "qa-front.service")
# The fields of a RayCluster of ray.io/v1 that are used here; KubeRay knows more.
RAY_CLUSTER, HEAD = {"headGroupSpec", "workerGroupSpecs"}, {"rayStartParams", "template"}
WORKERS = HEAD | {"groupName", "replicas", "minReplicas", "maxReplicas"}


@pytest.fixture(scope="module")
def items() -> dict[str, Any]:
    """The specifications in the manifest by kind and name."""
    manifest = yaml.safe_load((FOLDER / "kubernetes.yaml").read_text(encoding="utf-8"))
    assert (manifest["apiVersion"], manifest["kind"]) == ("v1", "List")
    return {f"{one['apiVersion']} {one['kind']} {one['metadata']['name']}": one["spec"] for one in manifest["items"]}


@pytest.fixture(scope="module")
def ray_pods(items: dict[str, Any]) -> list[dict[str, Any]]:
    """The groups of the RayCluster, the head first."""
    spec = items["ray.io/v1 RayCluster qa"]
    return [spec["headGroupSpec"], *spec["workerGroupSpecs"]]


@pytest.fixture(scope="module")
def own_pods(items: dict[str, Any]) -> list[dict[str, Any]]:
    """The pods that run our own commands: the front end and the build."""
    build = items["batch/v1 CronJob qa-index"]["jobTemplate"]["spec"]["template"]
    return [items["apps/v1 Deployment qa-front"]["template"], build]


def ray_start_options() -> set[str]:
    from ray.scripts.scripts import start

    return {option for parameter in start.params for option in parameter.opts}


def from_image(variable: str) -> str:
    (value,) = re.findall(rf"{variable}=(\S+)", DOCKERFILE)
    return str(value)


def commands(pod: dict[str, Any]) -> Iterator[list[str]]:
    (script,) = pod["spec"]["containers"][0]["args"]
    return (shlex.split(part.strip().removeprefix("exec ")) for part in script.split("&&"))


def check_commands(parts: Iterator[list[str]]) -> None:
    for program, name, *words in parts:
        known = ray_start_options() if program == "ray" else {o for p in qa.commands[name].params for o in p.opts}
        assert program in {"ray", "qa"}
        assert {word.partition("=")[0] for word in words if word.startswith("-")} <= known
        assert program == "qa" or name == "start"


def test_the_manifest_holds_what_the_readme_says(items: dict[str, Any]) -> None:
    assert sorted(items) == [
        "apps/v1 Deployment qa-front",
        "batch/v1 CronJob qa-index",
        "networking.k8s.io/v1 NetworkPolicy qa-front",
        "networking.k8s.io/v1 NetworkPolicy qa-ray",
        "ray.io/v1 RayCluster qa",
        "v1 PersistentVolumeClaim qa-articles",
        "v1 PersistentVolumeClaim qa-index",
        "v1 Service qa-front",
    ]
    files = README.partition("## On Kubernetes")[0]
    assert set(re.findall(r"^\| `([^`]+)` \|", files, re.MULTILINE)) == {
        path.name for path in FOLDER.iterdir() if path.name != "README.md"
    }
    (job,) = re.findall(r"kubectl create job --from=cronjob/(\S+)", README)
    assert f"batch/v1 CronJob {job}" in items


def test_the_cluster_has_fields_of_kuberay_and_options_of_ray(items: dict[str, Any], ray_pods: list[Any]) -> None:
    assert set(items["ray.io/v1 RayCluster qa"]) == RAY_CLUSTER
    assert [set(one) for one in ray_pods] == [HEAD, WORKERS]
    known = ray_start_options()
    for one in ray_pods:
        assert all(f"--{name}" in known and isinstance(value, str) for name, value in one["rayStartParams"].items())


def test_the_probes_ask_what_ray_serves_without_a_token(ray_pods: list[Any]) -> None:
    from ray.dashboard.http_server_agent import PUBLIC_EXACT_PATHS

    for one in ray_pods:
        (container,) = one["template"]["spec"]["containers"]
        for probe in (container["readinessProbe"]["httpGet"], container["livenessProbe"]["httpGet"]):
            assert probe["path"] in PUBLIC_EXACT_PATHS
            assert str(probe["port"]) == one["rayStartParams"]["dashboard-agent-listen-port"]


def test_every_pod_has_the_image_its_user_its_paths_and_the_token(ray_pods: list[Any], own_pods: list[Any]) -> None:
    home, articles = from_image("QA_HOME"), from_image("QA_ARTICLES")
    (user,) = re.findall(r"^USER (\d+)$", DOCKERFILE, re.MULTILINE)
    pods = [*(one["template"] for one in ray_pods), *own_pods]
    for pod in pods:
        (container,) = pod["spec"]["containers"]
        assert pod["metadata"]["labels"]["app"] == "qa"
        assert pod["spec"]["securityContext"]["runAsUser"] == int(user)
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert container["image"] == pods[0]["spec"]["containers"][0]["image"]
        assert container["env"][:3] == pods[0]["spec"]["containers"][0]["env"]
        places = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
        assert set(places) == {volume["name"] for volume in pod["spec"]["volumes"]}
        assert (places["index"], places.get("articles", articles)) == (f"{home}/index", articles)


def test_the_commands_of_the_pods_exist(own_pods: list[Any]) -> None:
    for pod in own_pods:
        assert pod["spec"]["containers"][0]["command"] == ["bash", "-c"]
        check_commands(commands(pod))


def test_the_settings_of_the_front_end_are_settings(own_pods: list[Any]) -> None:
    variables = own_pods[0]["spec"]["containers"][0]["env"]
    given = {one["name"]: one.get("value", "0123456789abcdefghijkl") for one in variables}
    settings = read_settings({name: value for name, value in given.items() if name.startswith("QA_")})
    assert settings.warnings == ()
    assert not settings.keep
    secrets = {one["valueFrom"]["secretKeyRef"]["key"] for one in variables if "valueFrom" in one}
    assert secrets == set(re.findall(r"--from-literal=(\w+)=", README))


def test_only_the_port_of_the_front_end_is_open_to_all(items: dict[str, Any], own_pods: list[Any]) -> None:
    ports = {one["name"]: one["containerPort"] for one in own_pods[0]["spec"]["containers"][0]["ports"]}
    assert ports["http"] == int(from_image("QA_PORT"))
    assert items["v1 Service qa-front"]["ports"] == [{"name": "http", "port": 80, "targetPort": "http"}]
    inside, front = (items[f"networking.k8s.io/v1 NetworkPolicy {name}"] for name in ("qa-ray", "qa-front"))
    assert inside["podSelector"] == {"matchLabels": {"app": "qa"}}
    assert all("from" in rule for rule in inside["ingress"])
    assert inside["policyTypes"] == ["Ingress", "Egress"]
    assert front["ingress"] == [{"ports": [{"port": ports["http"]}]}]
    assert front["podSelector"]["matchLabels"] == items["v1 Service qa-front"]["selector"]


def test_the_image_of_a_cluster_has_extras_that_are_offered() -> None:
    (extras,) = re.findall(r"--build-arg EXTRAS=([a-z0-9,]+)", README)
    offered = (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("[project.optional-dependencies]")[2]
    assert all(re.search(rf"^{extra} = ", offered, re.MULTILINE) for extra in extras.split(","))


def test_the_units_start_commands_that_exist_as_one_user() -> None:
    node, front = (unit(f"cluster/{name}")["Service"] for name in UNITS)
    (start,) = re.findall(r"^RAY_START=(--head.*)$", README, re.MULTILINE)
    for line in (node["ExecStart"].replace("$RAY_START", start), front["ExecStart"]):
        check_commands(iter([shlex.split(line.replace("/opt/qa/bin/", ""))]))
    assert node["User"] == front["User"]
    assert f"--temp-dir=/run/{node['RuntimeDirectory']}" in node["ExecStart"]
    assert node["EnvironmentFile"] == front["EnvironmentFile"] == "/etc/qa-cluster.env"
    assert unit("cluster/qa-front.service")["Unit"]["Requires"] == "qa-node.service"


def test_the_variables_of_the_units_are_settings() -> None:
    block = README.partition("RAY_START=--head")[2].partition("```")[0]
    given = dict(line.split("=", 1) for line in block.splitlines()[1:])
    settings = read_settings({name: value for name, value in given.items() if name.startswith("QA_")})
    assert settings.warnings == ()
    assert (settings.cluster, given["RAY_AUTH_MODE"]) == ("10.0.0.1:6379", "token")
