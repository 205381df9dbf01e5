"""What the manifest says of each shipped network, and whether it still holds."""

import json
from pathlib import Path
from typing import Any

from core import weights
from core.config import to_json, train_config
from core.shipping import recipes
from core.shipping.recipes import Recipe

Manifest = dict[str, Any]


def read(folder: Path) -> Manifest:
    """The manifest as it stands, or an empty one where there is none yet."""
    if not (folder / "manifest.json").exists():
        return {"models": {}, "references": {}}
    return weights.manifest(folder)


def record(name: str, entry: dict[str, Any], folder: Path) -> None:
    """Put one model's entry into the manifest, in the recipes' order."""
    found = read(folder)
    section = "references" if recipes.RECIPES[name].reference else "models"
    found[section] = {key: value for key, value in (found.get(section, {}) | {name: entry}).items() if key in recipes.RECIPES}
    found[section] = {key: found[section][key] for key in recipes.RECIPES if key in found[section]}
    write({section: found[section]}, folder)


def write(sections: dict[str, Any], folder: Path) -> None:
    """Replace sections of the manifest and keep the others."""
    found = read(folder) | sections
    weights.write_whole(folder / "manifest.json", (json.dumps(found, indent=1, ensure_ascii=False) + "\n").encode())


def trained(name: str, folder: Path) -> bool:
    """Whether the manifest has this model from this very recipe with its file unchanged; a measured reference needs no file."""
    entry, recipe = entry_of(read(folder), name), recipes.RECIPES[name]
    if not entry or not _from_recipe(entry, recipe):
        return False
    return weights.checksum_holds(folder, entry) or (recipe.reference and bool(entry.get("metrics")))


def entry_of(found: Manifest, name: str) -> dict[str, Any]:
    """The network's entry; an empty one where there is none."""
    return found.get("references" if recipes.RECIPES[name].reference else "models", {}).get(name, {})


def recipe_json(recipe: Recipe) -> dict[str, Any]:
    """The recipe as it comes back from the manifest (JSON has lists, not tuples)."""
    model = to_json(recipe.model) if recipe.model else None
    judge = {"softened": recipe.softened} if recipe.model is None else {}
    return json.loads(json.dumps({"model": model, "train": to_json(recipe.train), **judge}))


def _from_recipe(entry: dict[str, Any], recipe: Recipe) -> bool:
    """Whether the entry was made from this recipe; a setting that is younger than the entry had its default value then."""
    try:
        if train_config(entry["train"]) != recipe.train:
            return False
    except (KeyError, ValueError):
        return False
    return all(entry.get(key) == value for key, value in recipe_json(recipe).items() if key != "train")
