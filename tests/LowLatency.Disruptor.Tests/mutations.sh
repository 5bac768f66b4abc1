#!/usr/bin/env bash
# Seeds bugs into a copy of the ring, one at a time, and asks the tests whether they notice. By hand, not in CI: some minutes.
#   mutations.sh [name ...]    all mutants, or those named
# Ends with status 1 if one survived, or if one does not fit the source any more. Every mutant is one replacement of a text
# that occurs exactly once. What the last run found is in MUTATIONS.md.
set -uo pipefail
repo=$(cd "$(dirname "$0")/../.." && pwd)
project=tests/LowLatency.Disruptor.Tests
seconds=${MUTATION_SECONDS:-150} # for the tests of one mutant; to hang is to be caught
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
wanted=" $* "
status=0

tar -C "$repo" --exclude bin --exclude obj -cf - global.json .editorconfig Directory.Build.props Directory.Packages.props \
  src/Directory.Build.props src/LowLatency.Disruptor "$project" | tar -C "$work" -xf -
cd "$work" || exit 1
ring() { # builds the mutated ring alone, beside the tests that were built once
  dotnet build src/LowLatency.Disruptor -c Release -v quiet --no-restore -p:TreatWarningsAsErrors=false -p:RunAnalyzers=false > build.log 2>&1 &&
    cp src/LowLatency.Disruptor/bin/Release/net10.0/LowLatency.Disruptor.dll "$project/bin/Release/net10.0/"
}
tests() { timeout -k 5 "$seconds" "$project/bin/Release/net10.0/LowLatency.Disruptor.Tests" -noLogo -noColor -stopOnFail > tests.log 2>&1; }
row() { printf '| %-28s | %-9s | %4s | %s |\n' "$@"; }

dotnet build "$project" -c Release -v quiet > build.log 2>&1 || { cat build.log; exit 1; }
before=$SECONDS
tests || { tail -40 tests.log; echo "Without a mutation the tests fail."; exit 1; }
row mutant verdict s 'first test to fail'
row --- --- --- ---
row '(none)' passes $((SECONDS - before)) ''

mutant() { # name, file; the text to replace, a line of dashes and the replacement come on standard input
  local name=$1 file=src/LowLatency.Disruptor/$2 before=$SECONDS by verdict
  cat > mutation.txt
  [[ $wanted == '  ' || $wanted == *" $name "* ]] || return 0
  cp "$file" original.cs
  if ! perl -e '
      my ($file, $mutation) = @ARGV;
      sub slurp { open my $f, "<", $_[0] or die; local $/; <$f> }
      my ($old, $new) = slurp($mutation) =~ /\A(.*?)^-----\n(.*)\z/ms or die;
      chomp($old, $new);
      my $text = slurp($file);
      exit 2 unless (() = $text =~ /\Q$old\E/g) == 1;
      $text =~ s/\Q$old\E/$new/;
      open my $f, ">", $file or die; print $f $text;' "$file" mutation.txt; then
    row "$name" 'NO FIT' 0 "the text is not in $2, or more than once"
    status=1
    cp original.cs "$file"
    return
  fi
  if ! ring; then
    verdict='NO BUILD' by=$(grep -m1 -o 'error.*' build.log | cut -c1-80) status=1
  elif tests; then
    verdict=SURVIVED by= status=1
  else
    verdict=caught by=$(grep -m1 -oP 'Disruptor\.Tests\.\K\S+(?=.*\[FAIL\])' tests.log | sed 's/(.*//')
    [[ -n $by ]] || by="(hangs for $seconds s)"
  fi
  row "$name" "$verdict" $((SECONDS - before)) "$by"
  cp original.cs "$file"
}

# --- A producer overwrites one unread slot, or leaves one unused.
mutant single-next-limit SingleProducerSequencer.cs <<'END'
        if (next > Volatile.Read(ref _producer.Limit))
        {
            NextInternalOnLimitReached
-----
        if (next - 1 > Volatile.Read(ref _producer.Limit))
        {
            NextInternalOnLimitReached
END
mutant single-next-wait SingleProducerSequencer.cs <<'END'
WaitForConsumers(next - _shared.BufferSize,
-----
WaitForConsumers(next - _shared.BufferSize - 1,
END
mutant single-trynext SingleProducerSequencer.cs <<'END'
        return next - _shared.BufferSize <= slowest
-----
        return next - _shared.BufferSize <= slowest + 1
END
mutant single-trynext-unused-slot SingleProducerSequencer.cs <<'END'
        return next - _shared.BufferSize <= slowest
-----
        return next - _shared.BufferSize < slowest
END
mutant multi-next-limit MultiProducerSequencer.cs <<'END'
        if (wrapPoint > cached ||
-----
        if (wrapPoint > cached + 1 ||
END
mutant multi-next-wait MultiProducerSequencer.cs <<'END'
WaitForConsumers(wrapPoint, claimed)
-----
WaitForConsumers(wrapPoint - 1, claimed)
END
mutant multi-trynext MultiProducerSequencer.cs <<'END'
        return wrapPoint <= slowest;
-----
        return wrapPoint <= slowest + 1;
END
mutant claim-of-size-plus-one SequencerBase.cs <<'END'
        if ((uint)(n - 1) >= (uint)bufferSize)
-----
        if ((uint)(n - 1) > (uint)bufferSize)
END
mutant claim-back-forgotten SingleProducerSequencer.cs <<'END'
        _producer.Limit = Math.Min(_producer.Limit, sequence + _shared.BufferSize);
-----
END

# --- Gating.
mutant gating-last-only SequencerBase.cs <<'END'
            slowest = Math.Min(slowest, sequence.Value);
-----
            slowest = sequence.Value;
END
mutant gating-remove-nothing SequencerBase.cs <<'END'
            if (Interlocked.CompareExchange(ref _shared.GatingSequences, after, before) == before)
-----
            if (after.Length >= 0)
END
mutant gating-not-added Dsl/HandlerGraph.cs <<'END'
        ring.AddGatingSequences(sequences);
-----
END
mutant gating-not-removed Dsl/HandlerGraph.cs <<'END'
                ring.RemoveGatingSequence(sequence);
-----
                _ = sequence;
END
mutant late-handler-from-start SequencerBase.cs <<'END'
            sequence.SetValue(Cursor);
-----
            _ = sequence;
END

# --- Publication.
mutant scope-publishes-early ValueRingBuffer.cs <<'END'
    public UnpublishedEventScope PublishEvent() => new(this, Next());
-----
    public UnpublishedEventScope PublishEvent()
    {
        var sequence = Next();
        Publish(sequence);
        return new(this, sequence);
    }
END
mutant batch-scope-publishes-last RingBufferOfT.cs <<'END'
        public void Dispose() => _ring.Publish(StartSequence, EndSequence);
-----
        public void Dispose() => _ring.Publish(EndSequence);
END
mutant single-range-stamps-last SingleProducerSequencer.cs <<'END'
            _shared.Stamps.Set(lo, hi);
-----
            _shared.Stamps.Set(hi);
END
mutant multi-range-stamps-last MultiProducerSequencer.cs <<'END'
        _shared.Stamps.Set(lo, hi);
-----
        _shared.Stamps.Set(hi);
END
mutant multi-gaps-ignored SlotStamps.cs <<'END'
        while (next <= last && Get(next) >= next)
-----
        while (next <= last)
END
mutant multi-earlier-lap SlotStamps.cs <<'END'
        while (next <= last && Get(next) >= next)
-----
        while (next <= last && Get(next) >= 0)
END
mutant multi-gaps-ignored-by-reader MultiProducerSequencer.cs <<'END'
            if (!IsAvailable(sequence))
-----
            if (sequence < 0)
END
mutant multi-available-next-lap MultiProducerSequencer.cs <<'END'
_shared.Stamps.Get(sequence) == sequence;
-----
_shared.Stamps.Get(sequence) >= sequence;
END
mutant lapped-stays SlotStamps.cs <<'END'
        while (next <= last && Get(next) >= next)
-----
        while (next <= last && Get(next) == next)
END
mutant gone-back-not-followed MultiProducerSequencer.cs <<'END'
        _shared.Stamps.TakeBack(sequence);
-----
END
mutant available-for-a-lap-and-one SingleProducerSequencer.cs <<'END'
sequence > cursor - _shared.BufferSize;
-----
sequence >= cursor - _shared.BufferSize;
END
mutant batch-past-array Slots.cs <<'END'
        return (int)Math.Min(hi - lo + 1, _mask + 1 - first);
-----
        return (int)(hi - lo + 1);
END

# --- Waiting and waking.
mutant dependents-none SequencerBase.cs <<'END'
        var dependentSequences = new DependentSequenceGroup(_shared.Cursor, _shared.Stamps, sequencesToTrack);
-----
        var dependentSequences = new DependentSequenceGroup(_shared.Cursor, _shared.Stamps, []);
END
mutant dependents-first-only DependentSequenceGroup.cs <<'END'
                minimum = Math.Min(minimum, _sequences[i].Value);
-----
                minimum = Math.Min(minimum, _sequences[0].Value);
END
mutant single-no-signal SingleProducerSequencer.cs <<'END'
            _shared.Stamps.Set(lo, hi);
        }

        Signal();
-----
            _shared.Stamps.Set(lo, hi);
        }
END
mutant multi-range-no-signal MultiProducerSequencer.cs <<'END'
        _shared.Stamps.Set(lo, hi);
        Signal();
-----
        _shared.Stamps.Set(lo, hi);
END
mutant wake-up-no-second-look WakeUpGate.cs <<'END'
                if (dependentSequences.IsPublished(sequence))
                {
                    // The
-----
                if (sequence < 0)
                {
                    // The
END
mutant wake-up-no-fence WakeUpGate.cs <<'END'
                Interlocked.MemoryBarrierProcessWide();
-----
END
mutant cancel-wakes-nobody BlockingWaitStrategy.cs <<'END'
    public void Cancel() => gate.WakeAll();
-----
    public void Cancel() => _ = gate;
END
mutant halt-cancels-barrier-first Processing/EventProcessorState.cs <<'END'
            _run.Halt();
            _barrier.CancelProcessing();
-----
            _barrier.CancelProcessing();
            _run.Halt();
END
mutant timeout-of-the-next-event Processing/EventProcessorBase.cs <<'END'
            _handler.OnTimeout(Sequence.Value);
-----
            _handler.OnTimeout(Sequence.Value + 1);
END

# --- Batches and exceptions.
mutant max-batch-one-more Processing/EventProcessorBase.cs <<'END'
next, next + _maxBatchSize - 1);
-----
next, next + _maxBatchSize);
END
mutant end-of-batch-early Processing/EventProcessors.cs <<'END'
                handler.OnEvent(ref slots.Of<T>(next), next, next == available);
-----
                handler.OnEvent(ref slots.Of<T>(next), next, next >= available - 1);
END
mutant sequence-before-batch Processing/EventProcessors.cs <<'END'
            for (; next <= available; next++)
            {
                handler.OnEvent(slots
-----
            Sequence.SetValue(available);
            for (; next <= available; next++)
            {
                handler.OnEvent(slots
END
mutant batch-skips-at-array-end Processing/EventProcessors.cs <<'END'
        next += batch.Length;
-----
        next = available + 1;
END
mutant value-exception-stays Processing/EventProcessors.cs <<'END'
ex, next, ref _slots.Of<T>(next));
            Sequence.SetValue(next);
-----
ex, next, ref _slots.Of<T>(next));
END
mutant class-exception-stays Processing/EventProcessors.cs <<'END'
ex, next, _slots.Of<T>(next));
            Sequence.SetValue(next);
-----
ex, next, _slots.Of<T>(next));
END
mutant batch-exception-stays Processing/EventProcessors.cs <<'END'
            ExceptionHandler.HandleEventException(ex, next, batch);
-----
            ExceptionHandler.HandleEventException(ex, next, batch);
            return next + batch.Length;
END
mutant class-exception-skips-rest Processing/EventProcessors.cs <<'END'
ex, next, _slots.Of<T>(next));
            Sequence.SetValue(next);
            return next + 1;
-----
ex, next, _slots.Of<T>(next));
            Sequence.SetValue(available);
            return available + 1;
END
mutant value-poller-loses-failed EventPoller.cs <<'END'
                goOn = eventHandler(ref _dataProvider[next], next, next == available);
                next++;
-----
                next++;
                goOn = eventHandler(ref _dataProvider[next - 1], next - 1, next - 1 == available);
END
mutant class-poller-loses-failed EventPoller.cs <<'END'
                goOn = eventHandler(_dataProvider[next], next, next == available);
                next++;
-----
                next++;
                goOn = eventHandler(_dataProvider[next - 1], next - 1, next - 1 == available);
END

# --- Start and end.
mutant halted-early-loses-callbacks Processing/ProcessorThread.cs <<'END'
        var started = 0;
        var current = 0;
-----
        if (_runs[0].IsHalted)
        {
            Array.ForEach(_runs, r => r.OnShutdown());
            return;
        }

        var started = 0;
        var current = 0;
END
mutant halted-early-hangs Processing/ProcessorThread.cs <<'END'
        var started = 0;
        var current = 0;
-----
        if (_runs[0].IsHalted)
        {
            return;
        }

        var started = 0;
        var current = 0;
END
mutant started-before-on-start Processing/ProcessorThread.cs <<'END'
                _processors[current].NotifyStart();

-----
                _runs[current].OnStarted();
                _processors[current].NotifyStart();
END
mutant begins-before-on-start Processing/ProcessorThread.cs <<'END'
                _processors[current].NotifyStart();

                // Not before: whoever was added late, or sets its sequence when it starts, begins behind that.
                _next[current] = _processors[current].Sequence.Value + 1;
-----
                _next[current] = _processors[current].Sequence.Value + 1;
                _processors[current].NotifyStart();
END
mutant restart-from-zero Processing/ProcessorThread.cs <<'END'
_processors[current].Sequence.Value + 1;
-----
0;
END
mutant fused-waits-for-the-first Processing/ProcessorThread.cs <<'END'
            current = FurthestBehind();
-----
            current = 0;
END
mutant fused-takes-any-graph Dsl/HandlerGraph.cs <<'END'
 || !processor.IsBehind(ring, processors))
-----
)
END
mutant joined-failure-unheard Dsl/HandlerGraph.cs <<'END'
                own.Failed = Stop;
-----
                own.Failed = consumer.IsOwned && consumer.Handler is not null ? Stop : null;
END
mutant created-takes-over-gating Dsl/HandlerGraph.cs <<'END'
        // Nothing says that such a processor waits where it is told to: producers go on waiting for those before it.
        return Add([], consumers);
-----
        return Add(after, consumers);
END
mutant sequence-of-a-failed-run Processing/ProcessorThread.cs <<'END'
i == current ? failure : null
-----
null
END
mutant shutdown-waits-for-beginnings Dsl/HandlerGraph.cs <<'END'
        return _consumers.Exists(c => c.IsEndOfChain &&
-----
        return _consumers.Exists(c => !c.IsEndOfChain &&
END
mutant timeout-through-the-task Dsl/HandlerGraph.cs <<'END'
                throw new TimeoutException($"Not every event was processed within {timeout}.");
-----
                return Task.FromException(new TimeoutException($"Not every event was processed within {timeout}."));
END
mutant barrier-never-released Processing/EventProcessorState.cs <<'END'
                    _ => barrier.Dispose(),
-----
                    _ => GC.KeepAlive(barrier),
END
exit "$status"
