// Makes room for Cookie fields of up to 32 kB with all other fields, which is Kestrel's default; longer ones get 431.
// IIS in front has a limit of its own: 16 kB for each field (MaxFieldLength of HTTP.sys).
// In Program.cs, before `builder.Build()`:
builder.WebHost.ConfigureKestrel(options => options.Limits.MaxRequestHeadersTotalSize = 32 * 1024);
