"""The openapi-generator family, which comes with its Java from PyPI: one run of it makes all clients."""

import json
import os
import shutil

from .documents import path_of
from .places import COMPONENTS, GENERATOR, LANGUAGES, NEWEST, NODE, PYTHON, VENV, WORK, Failed, run

FOLDER = WORK / "generator"
GEN = FOLDER / "gen"

CALLED = {
    "python": "Python (openapi-generator)",
    "typescript-fetch": "TypeScript (openapi-generator: typescript-fetch)",
    "go": "Go (openapi-generator)",
    "java": "Java (openapi-generator: native)",
}
GENERATED = {
    "csharp": "C# (openapi-generator)",
    "haskell-http-client": "Haskell (openapi-generator)",
    "kotlin": "Kotlin (openapi-generator)",
    "swift6": "Swift (openapi-generator)",
}

_OPTIONS = {
    "java": lambda component: {
        "library": "native",
        # A body that is a bare UUID does not compile otherwise.
        "typeMappings": {"UUID": "String"},
        "additionalProperties": {
            "openApiNullable": "false", "hideGenerationTimestamp": "true", "invokerPackage": component,
            "apiPackage": f"{component}.api", "modelPackage": f"{component}.model",
        },
    },
    "python": lambda component: {"additionalProperties": {"packageName": f"{component}_client"}},
    "go": lambda component: {"additionalProperties": {"packageName": component, "enumClassPrefix": "true", "useOneOfDiscriminatorLookup": "true"}},
}


def generate():
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    configurations = []
    for name in {**CALLED, **GENERATED}:
        for component in COMPONENTS:
            file = FOLDER / f"{name}-{component}.json"
            file.write_text(json.dumps({
                "generatorName": name,
                "inputSpec": str(path_of(NEWEST, component)),
                "outputDir": str(GEN / name / component),
                **_OPTIONS.get(name, lambda _: {})(component),
            }))
            configurations.append(file)
    run([GENERATOR, "batch", "--threads", "2", *configurations])
    for name in {**CALLED, **GENERATED}:
        for component in COMPONENTS:
            if sum(file.is_file() for file in (GEN / name / component).rglob("*")) < 10:
                raise Failed(f"openapi-generator made nothing of {component} for {name}")


def compile(name, cases):
    (FOLDER / "cases.json").write_text(json.dumps(cases))
    {"python": _compile_python, "typescript-fetch": _compile_typescript, "go": _compile_go, "java": _compile_java}[name]()


def call(name, base):
    arguments = [base, FOLDER / "cases.json"]
    if name == "python":
        return run([PYTHON, LANGUAGES / "generator" / "call.py", *arguments], env=_PYTHON_PATH)
    if name == "typescript-fetch":
        return run(["node", "call.mjs", *arguments], cwd=FOLDER)
    if name == "go":
        return run([FOLDER / "call-go", *arguments])
    return run(["java", "-cp", f"{_java_path()}:{FOLDER / 'classes'}", "Call", *arguments])


_PYTHON_PATH = {"PYTHONPATH": os.pathsep.join(str(GEN / "python" / component) for component in COMPONENTS)}


def _compile_python():
    imports = "; ".join(f"import {component}_client" for component in COMPONENTS)
    run([PYTHON, "-c", imports], env=_PYTHON_PATH)


def _compile_typescript():
    """The clients are held against the compiler as they are; the program that calls is bundled with them."""
    options = {
        "compilerOptions": {
            "target": "es2022", "lib": ["es2022", "dom"], "module": "esnext", "moduleResolution": "bundler",
            "strict": True, "noEmit": True, "types": ["node"],
        },
        "include": ["call.ts", "gen/typescript-fetch/*/index.ts"],
    }
    (FOLDER / "tsconfig.json").write_text(json.dumps(options))
    shutil.copy(LANGUAGES / "generator" / "call.ts", FOLDER)
    (FOLDER / "node_modules").unlink(missing_ok=True)
    (FOLDER / "node_modules").symlink_to(NODE / "node_modules")
    run([NODE / "node_modules" / ".bin" / "tsc", "-p", "."], cwd=FOLDER)
    run([NODE / "node_modules" / ".bin" / "esbuild", "call.ts", "--bundle", "--platform=node", "--format=esm", "--outfile=call.mjs", "--log-level=warning"], cwd=FOLDER)


def _compile_go():
    """Without Go's registry: the sources and Debian's packages are the whole path."""
    source = FOLDER / "go" / "src"
    shutil.rmtree(FOLDER / "go", ignore_errors=True)
    for component in COMPONENTS:
        (source / component).mkdir(parents=True)
        for file in (GEN / "go" / component).glob("*.go"):
            shutil.copy(file, source / component)
    (source / "call").mkdir()
    shutil.copy(LANGUAGES / "generator" / "call.go", source / "call")
    environment = {
        "GO111MODULE": "off", "GOFLAGS": "", "GOPATH": f"{FOLDER / 'go'}:/usr/share/gocode",
        "GOCACHE": str(WORK / "go-cache"),
    }
    run(["go", "build", "-o", FOLDER / "call-go", "call"], env=environment)


def _compile_java():
    shutil.rmtree(FOLDER / "classes", ignore_errors=True)
    files = [file for component in COMPONENTS for file in (GEN / "java" / component / "src" / "main" / "java").rglob("*.java")]
    run(["javac", "-nowarn", "-parameters", "-cp", _java_path(), "-d", FOLDER / "classes", *files, LANGUAGES / "generator" / "Call.java"])


def _java_path():
    """The jar of the generator holds Jackson, which its clients use."""
    jar = next(VENV.rglob("openapi-generator.jar"), None)
    annotations = "/usr/share/java/geronimo-annotation-1.3-spec.jar"
    if jar is None or not os.path.exists(annotations):
        raise Failed(f"for Java, openapi-generator.jar and {annotations} are needed; openapi/README.md lists the packages")
    return f"{jar}:{annotations}"
