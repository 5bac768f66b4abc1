using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace LowLatency.Disruptor.Tests;

/// <summary>A field of a live object, or a field of a struct in it.</summary>
/// <param name="Path">Its name, with those of the structs it lies in.</param>
/// <param name="Offset">Bytes from the first place behind the object's header.</param>
/// <param name="Size">In bytes.</param>
internal sealed record Field(string Path, int Offset, int Size)
{
    public int End => Offset + Size;
}

/// <summary>
/// Where the fields of a live object really are, private ones and those of its base classes too: the runtime's own code is
/// asked for the address of each. Attributes are not asked: the runtime is free to ignore a wish.
/// </summary>
internal sealed class FieldMap
{
    // The header and the method table, which are not among the bytes looked at.
    private const int HeaderBytes = 16;

    private readonly object _target;

    private FieldMap(object target, List<Field> fields, int size)
    {
        _target = target;
        Fields = fields;
        Size = size;
    }

    public IReadOnlyList<Field> Fields { get; }

    /// <summary>Bytes behind the header.</summary>
    public int Size { get; }

    public static FieldMap Of(object target)
    {
        var fields = new List<Field>();
        for (var type = target.GetType(); type != typeof(object); type = type!.BaseType)
        {
            foreach (var field in Declared(type!))
            {
                Add(fields, target, [field]);
            }
        }

        return new FieldMap(target, fields, SizeOf(target.GetType()));
    }

    /// <summary>The fields whose path begins so.</summary>
    public Field[] Group(string prefix) => [.. Fields.Where(f => f.Path.StartsWith(prefix, StringComparison.Ordinal))];

    /// <summary>Where a field is until the next collection that moves its object.</summary>
    public nint AddressOf(Field field) => Address(ref First(_target)) + field.Offset;

    /// <summary>The content of all fields now.</summary>
    public byte[] Bytes()
    {
        var bytes = new byte[Size];
        for (var i = 0; i < Size; i++)
        {
            bytes[i] = Unsafe.Add(ref First(_target), i);
        }

        return bytes;
    }

    /// <summary>Where something is that does not move, or does not matter if it does.</summary>
    public static nint Address<T>(ref T place) => Unsafe.ByteOffset(ref Unsafe.NullRef<byte>(), ref Unsafe.As<T, byte>(ref place));

    // A box of a byte has it at the first place behind the header: the shape through which any object is seen.
    private static ref byte First(object target) => ref Unsafe.As<StrongBox<byte>>(target).Value;

    private static void Add(List<Field> fields, object target, FieldInfo[] path)
    {
        var type = path[^1].FieldType;
        var parts = type.IsValueType && !type.IsPrimitive && !type.IsEnum ? Declared(type) : [];
        if (parts.Length == 0)
        {
            var size = type.IsValueType ? RuntimeHelpers.SizeOf(type.TypeHandle) : IntPtr.Size;
            fields.Add(new Field(string.Join('.', path.Select(f => f.Name)), OffsetOf(target, path), size));
        }

        foreach (var part in parts)
        {
            Add(fields, target, [.. path, part]);
        }
    }

    private static FieldInfo[] Declared(Type type) =>
        type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly);

    /// <summary>Address of the field minus address of the first place, both taken from the live object at once.</summary>
    private static int OffsetOf(object target, FieldInfo[] path)
    {
        var method = new DynamicMethod("OffsetOf", typeof(nint), [typeof(object)], typeof(FieldMap).Module, skipVisibility: true);
        var il = method.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Castclass, path[0].DeclaringType!);
        foreach (var field in path)
        {
            il.Emit(OpCodes.Ldflda, field);
        }

        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldflda, typeof(StrongBox<byte>).GetField(nameof(StrongBox<byte>.Value))!);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Ret);
        return (int)method.CreateDelegate<Func<object, nint>>()(target);
    }

    private static int SizeOf(Type type)
    {
        GC.KeepAlive(RuntimeHelpers.GetUninitializedObject(type));
        var before = GC.GetAllocatedBytesForCurrentThread();
        GC.KeepAlive(RuntimeHelpers.GetUninitializedObject(type));
        return (int)(GC.GetAllocatedBytesForCurrentThread() - before) - HeaderBytes;
    }
}
