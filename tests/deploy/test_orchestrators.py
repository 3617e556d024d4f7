"""compose.yaml and Kubernetes' manifests: katgate knows what they tell it, and they hold it as it should be held."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from katgate.config import environment_settings, read_config
from tests.processes import ROOT

COMPOSE = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())
MANIFESTS = {
    one["kind"]: one
    for file in sorted((ROOT / "deploy/kubernetes").glob("*.yaml"))
    for one in yaml.safe_load_all(file.read_text())
}
DOCKERFILE = (ROOT / "Dockerfile").read_text()

#: The usual drain_s, and how long the end may take after it.
LONGEST_END_S = 9.5


def image_variables() -> dict[str, str]:
    """Return what the image sets for katgate."""
    said = [line for line in DOCKERFILE.splitlines() if not line.startswith("#")]
    words = " ".join(said).split()
    return dict(word.split("=", 1) for word in words if word.startswith("KATGATE_"))


@pytest.mark.parametrize("name", ["katgate", "telescope"])
def test_variables_of_compose(name: str) -> None:
    """katgate takes them, with those of the image."""
    service = COMPOSE["services"][name]
    config = read_config(None, environment_settings(image_variables() | service["environment"]))
    assert "stdout" == config.log.to
    assert ["telescope:7147"] * (name == "katgate") == [device.address for device in config.device]


@pytest.mark.parametrize("name", ["katgate", "telescope"])
def test_containers_of_compose(name: str) -> None:
    """They can do little, and have time to end."""
    service = COMPOSE["services"][name]
    assert (True, ["ALL"], ["no-new-privileges:true"]) == (
        service["read_only"],
        service["cap_drop"],
        service["security_opt"],
    )
    assert float(service["stop_grace_period"].removesuffix("s")) > LONGEST_END_S
    assert [] == [port for port in service.get("ports", ()) if not port.startswith("127.0.0.1:")]
    assert COMPOSE["networks"]["devices"]["internal"] is True
    assert {"devices"} == set(COMPOSE["services"]["telescope"]["networks"])


def pod() -> Any:
    return MANIFESTS["Deployment"]["spec"]["template"]["spec"]


def container() -> Any:
    [container] = pod()["containers"]
    return container


def test_configuration_of_the_pod(tmp_path: Path) -> None:
    """katgate takes the file, the variables and the tokens as they are mounted."""
    secrets = MANIFESTS["Secret"]["stringData"]
    for name, text in secrets.items():
        (tmp_path / name).write_text(text)
    text = MANIFESTS["ConfigMap"]["data"]["katgate.toml"]
    mounted = {mount["name"]: mount["mountPath"] for mount in container()["volumeMounts"]}
    assert {f"{mounted['secrets']}/{name}" for name in secrets} <= set(text.split('"'))
    file = tmp_path / Path(image_variables()["KATGATE_CONFIG"]).name
    file.write_text(text.replace(mounted["secrets"], str(tmp_path)))
    variables = image_variables() | {one["name"]: one["value"] for one in container()["env"]}
    config = read_config(file, environment_settings(variables))
    config.check_exposure()
    assert (True, "ludwig") == (config.has_logins, config.token[0].name)
    assert mounted["configuration"] == str(Path(image_variables()["KATGATE_CONFIG"]).parent)


def test_pod_may_do_little() -> None:
    """Not root, no capability, a root that is read-only, no token for the cluster; time to end."""
    can = container()["securityContext"]
    assert (True, False, ["ALL"]) == (
        can["readOnlyRootFilesystem"],
        can["allowPrivilegeEscalation"],
        can["capabilities"]["drop"],
    )
    who = pod()["securityContext"]
    assert (True, 65532) == (who["runAsNonRoot"], who["runAsUser"])
    assert f"USER {who['runAsUser']}:{who['runAsGroup']}" in DOCKERFILE
    assert (False, False) == (pod()["automountServiceAccountToken"], pod()["enableServiceLinks"])
    assert pod()["terminationGracePeriodSeconds"] > LONGEST_END_S


def test_only_one_katgate_at_a_time() -> None:
    """Devices take few connections: the old pod goes before the new one comes."""
    spec = MANIFESTS["Deployment"]["spec"]
    assert (1, "Recreate") == (spec["replicas"], spec["strategy"]["type"])


def test_pod_is_found() -> None:
    """Selectors, ports and names fit together, and probes ask what there is."""
    labels = MANIFESTS["Deployment"]["spec"]["template"]["metadata"]["labels"]
    service = MANIFESTS["Service"]["spec"]
    assert labels == service["selector"] == MANIFESTS["Deployment"]["spec"]["selector"]["matchLabels"]
    [port] = container()["ports"]
    assert (port["name"], f"EXPOSE {port['containerPort']}\n" in DOCKERFILE) == ("http", True)
    assert "http" == service["ports"][0]["targetPort"]
    probes = [container()[f"{kind}Probe"]["httpGet"] for kind in ("startup", "readiness", "liveness")]
    assert [("/readyz", "http"), ("/readyz", "http"), ("/healthz", "http")] == [
        (probe["path"], probe["port"]) for probe in probes
    ]
    backend = MANIFESTS["Ingress"]["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]
    assert (MANIFESTS["Service"]["metadata"]["name"], {"name": "http"}) == (backend["name"], backend["port"])
