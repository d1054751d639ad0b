"""Writes every scenario's expected artefacts anew; look at the difference before you commit it."""

import shutil

from tests.scenarios.scenario import FOLDER, INPUT, NAMES, actual


def main() -> None:
    for name in NAMES:
        root = FOLDER / name
        tree = actual(name)
        for path in root.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != INPUT.name:
                path.unlink()
        for path, file in tree.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.content)
            target.chmod(0o755 if file.executable else 0o644)


if __name__ == "__main__":
    main()
