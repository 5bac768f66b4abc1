#!/usr/bin/env bash
# Fuzzes one target, guided by coverage: builds a copy of the fuzzer, instruments its LowLatency.dll with SharpFuzz and runs
#   fuzz.sh TARGET INPUTS             our own driver (Coverage.cs keeps what reaches a new edge): so many inputs, seed $SEED or 1
#   fuzz.sh TARGET SECONDS afl        AFL++ for so long; installs Debian's afl++ where it is missing
#   fuzz.sh TARGET SECONDS libfuzzer  libfuzzer-dotnet (in no registry: build it from its source and put it on the PATH)
# A target is frames, json, socketio, pack, pubsub, solana, tape or all (our own driver only). What fails is in $WORK/crashes,
# what AFL++ found in $WORK/afl. CI replays the corpus and runs a fixed number of mutants without coverage: see .ci/run.
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
target=$1 amount=$2 driver=${3:-own}
work=${WORK:-${TMPDIR:-/tmp}/lowlatency-fuzz}
mkdir -p "$work"

sharpfuzz=$work/tools/sharpfuzz
[ -x "$sharpfuzz" ] || dotnet tool install SharpFuzz.CommandLine --version 2.3.0 --tool-path "$work/tools"
dotnet build -c Release -v quiet
rm -rf "$work/bin"
cp -r bin/Release/net10.0 "$work/bin"
"$sharpfuzz" "$work/bin/LowLatency.dll"

case $driver in
  own)
    dotnet "$work/bin/LowLatency.Fuzz.dll" "$target" --mutate "$amount" --seed "${SEED:-1}" --corpus corpus --crashes "$work/crashes"
    ;;
  afl)
    command -v afl-fuzz > /dev/null || { apt-get update -qq && apt-get install -y -qq afl++; }
    # dotnet is not instrumented itself, and a container can neither set the core pattern nor the CPU's governor.
    export AFL_SKIP_BIN_CHECK=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_NO_UI=1 AFL_FORKSRV_INIT_TMOUT=30000
    # What is compiled anew while it runs is an edge that comes and goes.
    export DOTNET_TieredCompilation=0
    rm -rf "$work/afl"
    afl-fuzz -i "corpus/$target" -o "$work/afl" -t 5000 -m none -V "$amount" -- dotnet "$work/bin/LowLatency.Fuzz.dll" "$target" --afl
    grep -E 'execs_done|execs_per_sec|corpus_found|saved_crashes|saved_hangs|bitmap_cvg' "$work/afl/default/fuzzer_stats"
    grep -Eq '^saved_crashes +: 0$' "$work/afl/default/fuzzer_stats"
    ;;
  libfuzzer)
    mkdir -p "$work/found"
    libfuzzer-dotnet --target_path="$(command -v dotnet)" --target_arg="$work/bin/LowLatency.Fuzz.dll $target --libfuzzer" \
      -max_total_time="$amount" -artifact_prefix="$work/" "$work/found" "corpus/$target"
    ;;
esac
