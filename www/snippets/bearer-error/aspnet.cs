// Says why a bearer token is refused, so that programs know whether to renew it (RFC 6750 §3).
// In Program.cs, before `builder.Build()`:
builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
{
    options.Authority = "https://id.example";
    options.Audience = "app.example";
    // The handler adds error="invalid_token" where a token came.
    options.Challenge = "Bearer realm=\"app.example\"";
    options.Events = new JwtBearerEvents
    {
        OnForbidden = context =>
        {
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"app.example\", error=\"insufficient_scope\"";
            return Task.CompletedTask;
        },
    };
});
