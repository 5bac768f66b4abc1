namespace LowLatency.Feed.Solana;

/// <summary>Names of members that PubSub messages use, at any level.</summary>
[Flags]
internal enum Members : uint
{
    None = 0,
    JsonRpc = 1 << 0,
    Method = 1 << 1,
    Params = 1 << 2,
    Result = 1 << 3,
    Error = 1 << 4,
    Id = 1 << 5,
    Subscription = 1 << 6,
    Context = 1 << 7,
    Value = 1 << 8,
    Slot = 1 << 9,
    ApiVersion = 1 << 10,
    Pubkey = 1 << 11,
    Account = 1 << 12,
    Lamports = 1 << 13,
    Data = 1 << 14,
    Owner = 1 << 15,
    Executable = 1 << 16,
    RentEpoch = 1 << 17,
    Space = 1 << 18,
    Signature = 1 << 19,
    Err = 1 << 20,
    Logs = 1 << 21,
    Parent = 1 << 22,
    Root = 1 << 23,
    Transaction = 1 << 24,
    Meta = 1 << 25,
    LogMessages = 1 << 26,
    Code = 1 << 27,
    Message = 1 << 28,
}

/// <summary>
/// Walks one JSON object and stops at each member that its level knows; the others are skipped, a known one that comes twice
/// is refused. The caller reads the member's value and leaves its verdict in <see cref="Reason"/>.
/// </summary>
internal ref struct MemberWalk(Members known)
{
    private const int MaxNameBytes = 16;

    private readonly Members _known = known;
    private Members _seen;
    private bool _isInside;

    /// <summary>Why the walk ended; the caller sets it for the member it was handed.</summary>
    public RejectReason Reason;

    /// <summary>The members met so far.</summary>
    public readonly Members Seen => _seen;

    public bool TryNext(scoped ref JsonCursor json, out Members member)
    {
        member = Members.None;
        while (Reason == RejectReason.None && TryTakeName(ref json, out ReadOnlySpan<byte> name, out bool escaped))
        {
            member = (escaped ? FindEscaped(name) : Find(name)) & _known;
            if (member != Members.None)
            {
                Reason = (_seen & member) != 0 ? RejectReason.DuplicateMember : RejectReason.None;
                _seen |= member;
                return Reason == RejectReason.None;
            }

            Reason = json.SkipValue(SnapshotParser.MaxDepth);
        }

        return false;
    }

    /// <summary>The verdict on the object: the first fault in it, or a required member that did not come.</summary>
    public readonly RejectReason End(Members required) =>
        Reason != RejectReason.None ? Reason : (_seen & required) != required ? RejectReason.MissingMember : RejectReason.None;

    private static Members FindEscaped(ReadOnlySpan<byte> name)
    {
        Span<byte> buffer = stackalloc byte[MaxNameBytes + 3];
        return Find(JsonCursor.Unescape(name, buffer));
    }

    private static Members Find(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 => name.SequenceEqual("id"u8) ? Members.Id : Members.None,
        3 => name.SequenceEqual("err"u8) ? Members.Err : Members.None,
        4 => name.SequenceEqual("slot"u8) ? Members.Slot
            : name.SequenceEqual("data"u8) ? Members.Data
            : name.SequenceEqual("logs"u8) ? Members.Logs
            : name.SequenceEqual("meta"u8) ? Members.Meta
            : name.SequenceEqual("root"u8) ? Members.Root
            : name.SequenceEqual("code"u8) ? Members.Code : Members.None,
        5 => name.SequenceEqual("value"u8) ? Members.Value
            : name.SequenceEqual("owner"u8) ? Members.Owner
            : name.SequenceEqual("space"u8) ? Members.Space
            : name.SequenceEqual("error"u8) ? Members.Error : Members.None,
        6 => name.SequenceEqual("params"u8) ? Members.Params
            : name.SequenceEqual("method"u8) ? Members.Method
            : name.SequenceEqual("result"u8) ? Members.Result
            : name.SequenceEqual("pubkey"u8) ? Members.Pubkey
            : name.SequenceEqual("parent"u8) ? Members.Parent : Members.None,
        7 => name.SequenceEqual("jsonrpc"u8) ? Members.JsonRpc
            : name.SequenceEqual("context"u8) ? Members.Context
            : name.SequenceEqual("account"u8) ? Members.Account
            : name.SequenceEqual("message"u8) ? Members.Message : Members.None,
        8 => name.SequenceEqual("lamports"u8) ? Members.Lamports : Members.None,
        9 => name.SequenceEqual("rentEpoch"u8) ? Members.RentEpoch
            : name.SequenceEqual("signature"u8) ? Members.Signature : Members.None,
        10 => name.SequenceEqual("apiVersion"u8) ? Members.ApiVersion
            : name.SequenceEqual("executable"u8) ? Members.Executable : Members.None,
        11 => name.SequenceEqual("transaction"u8) ? Members.Transaction
            : name.SequenceEqual("logMessages"u8) ? Members.LogMessages : Members.None,
        12 => name.SequenceEqual("subscription"u8) ? Members.Subscription : Members.None,
        _ => Members.None,
    };

    // Opens the object at the first call and steps over the comma at each other; at its end takes the brace.
    private bool TryTakeName(scoped ref JsonCursor json, out ReadOnlySpan<byte> name, out bool escaped)
    {
        name = default;
        escaped = false;
        if (!_isInside)
        {
            if (!json.TryTake((byte)'{'))
            {
                Reason = JsonValues.WrongType(ref json);
                return false;
            }

            _isInside = true;
            if (json.TryTake((byte)'}'))
            {
                return false;
            }
        }
        else if (!json.TryTake((byte)','))
        {
            Reason = json.TryTake((byte)'}') ? RejectReason.None : RejectReason.MalformedJson;
            return false;
        }

        if (json.TryReadString(out name, out escaped) && json.TryTake((byte)':'))
        {
            return true;
        }

        Reason = RejectReason.MalformedJson;
        return false;
    }
}
